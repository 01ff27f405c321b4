//! Invented people and what they say. Any likeness is chance.

/// First names.
pub const FIRST: [&str; 40] = [
    "Aïcha",
    "Aline",
    "Anaïs",
    "Antonin",
    "Awa",
    "Basile",
    "Béatrice",
    "Camille",
    "Chloé",
    "Dominique",
    "Éloïse",
    "Emre",
    "Fatou",
    "Félix",
    "Gaëlle",
    "Hélène",
    "Hugo",
    "Inès",
    "Jean-Noël",
    "Jeanne",
    "Karim",
    "Léa",
    "Léon",
    "Loïc",
    "Louise",
    "Maëlys",
    "Malik",
    "Marguerite",
    "Maxence",
    "Mériem",
    "Noémie",
    "Noëlle",
    "Océane",
    "Paul",
    "Raphaël",
    "Romane",
    "Sacha",
    "Sœurette",
    "Théo",
    "Zoé",
];

/// Last names.
pub const LAST: [&str; 44] = [
    "Abadie",
    "Arnaud",
    "Bailly",
    "Barthélemy",
    "Benali",
    "Besson",
    "Caradec",
    "Chevallier",
    "Cœurdacier",
    "Corbel",
    "Da Silva",
    "Delaunay",
    "Diallo",
    "Dupré",
    "Étienne",
    "Fabre",
    "Ferrand",
    "Garnier",
    "Giraud",
    "Haddad",
    "Hamon",
    "Imbert",
    "Joly",
    "Kermarrec",
    "Lacroix",
    "L’Hostis",
    "Le Goff",
    "Lefèvre",
    "Maréchal",
    "Mézière",
    "Müller",
    "N’Diaye",
    "Ozanne",
    "Pélissier",
    "Quéméner",
    "Renaud",
    "Rossi",
    "Sanchez",
    "Thévenet",
    "Ünal",
    "Vasseur",
    "Weber",
    "Yildiz",
    "Zimmermann",
];

/// Streets.
pub const STREETS: [&str; 12] = [
    "rue des Lilas",
    "avenue de la République",
    "allée des Tilleuls",
    "rue de l’Église",
    "chemin du Moulin",
    "place du Marché",
    "quai des Œillets",
    "impasse des Prés",
    "boulevard Voltaire",
    "rue Louise-Michel",
    "cours Émile-Zola",
    "sentier des Écoliers",
];

/// Postal codes and towns.
pub const TOWNS: [(&str, &str); 16] = [
    ("69007", "Lyon"),
    ("75011", "Paris"),
    ("35000", "Rennes"),
    ("31000", "Toulouse"),
    ("44000", "Nantes"),
    ("67000", "Strasbourg"),
    ("13001", "Marseille"),
    ("38000", "Grenoble"),
    ("29200", "Brest"),
    ("59000", "Lille"),
    ("01000", "Bourg-en-Bresse"),
    ("25000", "Besançon"),
    ("34000", "Montpellier"),
    ("76600", "Le Havre"),
    ("97400", "Saint-Denis"),
    ("20000", "Ajaccio"),
];

/// What people write about: subject, then what they say, in French.
pub const ASKED: [(&str, &str); 14] = [
    (
        "Impossible de rouvrir mon sondage",
        "J’ai créé un sondage hier pour notre réunion de quartier et je ne retrouve plus le lien d’administration. Est-ce qu’il y a un moyen de le récupérer ?",
    ),
    (
        "Page blanche sur l’agenda partagé",
        "Depuis ce matin, l’agenda de notre association s’ouvre sur une page blanche. Nous sommes trois à le constater, sur des ordinateurs différents.",
    ),
    (
        "Partager un document avec une école",
        "Je suis enseignante et je voudrais que mes élèves écrivent à plusieurs sans créer de compte. Est-ce possible, et est-ce que leurs noms sont conservés ?",
    ),
    (
        "Mot de passe oublié",
        "Je ne reçois pas le courriel de réinitialisation. J’ai regardé dans les indésirables. Pouvez-vous m’aider ?",
    ),
    (
        "Merci et petite question",
        "Votre service d’images nous rend de grands services. Peut-on augmenter la durée de conservation pour une exposition ?",
    ),
    (
        "Suppression de mes données",
        "Je souhaite que l’adresse que j’ai laissée dans un formulaire l’an dernier soit effacée. Comment dois-je faire ?",
    ),
    (
        "Problème d’impression",
        "Quand j’imprime le tableau, la dernière colonne disparaît. J’ai joint une capture.",
    ),
    (
        "Visioconférence qui coupe",
        "Nos réunions coupent après une dizaine de minutes quand nous sommes plus de huit. Y a-t-il une limite ?",
    ),
    (
        "Migration vers notre propre serveur",
        "Notre collectif voudrait héberger lui-même son agenda. Peut-on exporter les données, et sous quel format ?",
    ),
    (
        "Accessibilité du formulaire",
        "J’utilise un lecteur d’écran et le bouton d’envoi n’est pas annoncé. Je peux vous aider à tester une correction.",
    ),
    (
        "Lien qui ne marche plus",
        "Le lien court que nous avons imprimé sur nos affiches ne répond plus. Les affiches sont déjà collées…",
    ),
    (
        "Doublon dans la liste de discussion",
        "Je reçois chaque message de la liste deux fois, à la même adresse.",
    ),
    (
        "Traduire l’interface",
        "Je parle occitan et je voudrais participer à la traduction. Par où commencer ?",
    ),
    (
        "Question avant d’adopter l’outil",
        "Nous sommes une bibliothèque et nous hésitons à changer d’outil. Pouvez-vous nous dire qui s’en sert déjà ?",
    ),
];

/// What we answer.
pub const ANSWERED: [&str; 10] = [
    "Merci de nous avoir écrit. J’ai retrouvé votre sondage et je viens de vous renvoyer le lien d’administration. Dites-moi si quelque chose manque.",
    "Vous avez raison, la page ne s’ouvrait plus depuis la mise à jour de cette nuit. C’est réparé depuis dix minutes ; pouvez-vous vérifier de votre côté ?",
    "Oui, c’est possible sans compte : il suffit de partager le lien d’édition. Les noms restent dans le document, jamais ailleurs.",
    "Nous n’avons pas votre courriel en attente. Voici un nouveau lien ; s’il n’arrive pas, écrivez-nous d’une autre adresse et nous vérifierons ensemble.",
    "C’est une belle idée d’exposition ! J’ai prolongé vos images jusqu’à la fin du mois de juin.",
    "C’est fait : l’adresse est effacée, ainsi que les réponses qui y étaient liées.",
    "J’arrive à reproduire le problème avec votre capture. En attendant la correction, l’export en PDF garde bien toutes les colonnes.",
    "Il n’y a pas de limite de notre côté, mais une connexion faible suffit à couper l’image. Essayez sans vidéo à plus de huit, et tenez-nous au courant.",
    "Bien sûr : tout s’exporte dans un format ouvert. Je vous joins le guide et je reste disponible le jour du passage.",
    "Merci beaucoup pour votre proposition. Une correction est en ligne sur notre serveur d’essai ; votre avis nous serait précieux.",
];

/// What people say afterwards.
pub const SAID_AFTER: [&str; 6] = [
    "Merci, cela fonctionne maintenant. Bonne journée à toute l’équipe !",
    "Parfait, c’est exactement ce qu’il nous fallait.",
    "Le problème est revenu ce matin, pouvez-vous regarder de nouveau ?",
    "Merci pour votre réponse si rapide. J’ai encore une question : est-ce que cela marche aussi sur téléphone ?",
    "Super, merci infiniment.",
    "J’ai essayé, mais je n’ai pas le bouton dont vous parlez. Où se trouve-t-il ?",
];

/// What people in another language write.
pub const ASKED_EN: [(&str, &str); 3] = [
    (
        "Cannot open the shared calendar",
        "Since yesterday the calendar of our community garden does not load any more. Could somebody have a look?",
    ),
    (
        "Exporting our data",
        "We would like to move to our own server. In which format can we take our events with us?",
    ),
    (
        "A word of thanks",
        "Your poll saved our neighbourhood meeting. Is there a way to support you from abroad?",
    ),
];

/// Numbers that look like chance and are the same every time.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (splitmix64).
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `n` - 1.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.roll() % n }
    }

    /// The same as a signed number.
    pub fn upto(&mut self, n: i64) -> i64 {
        i64::try_from(self.below(u64::try_from(n).unwrap_or(1))).unwrap_or(0)
    }

    /// One of `list`, which must not be empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        #[allow(clippy::indexing_slicing)] // below its length
        &list[at]
    }
}
