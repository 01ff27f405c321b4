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

/// A question, and what we answer: subject, question, answer.
pub type Asked = (&'static str, &'static str, &'static str);

/// What people write about, in French.
pub const ASKED: [Asked; 14] = [
    (
        "Impossible de rouvrir mon sondage",
        "J’ai créé un sondage hier pour notre réunion de quartier et je ne retrouve plus le lien d’administration. Est-ce qu’il y a un moyen de le récupérer ?",
        "J’ai retrouvé votre sondage et je viens de vous renvoyer le lien d’administration. Gardez-le dans un endroit sûr : c’est lui qui permet de tout modifier.",
    ),
    (
        "Page blanche sur l’agenda partagé",
        "Depuis ce matin, l’agenda de notre association s’ouvre sur une page blanche. Nous sommes trois à le constater, sur des ordinateurs différents.",
        "Vous avez raison, l’agenda ne s’ouvrait plus depuis la mise à jour de cette nuit. C’est réparé depuis dix minutes ; pouvez-vous vérifier de votre côté ?",
    ),
    (
        "Partager un document avec une école",
        "Je suis enseignante et je voudrais que mes élèves écrivent à plusieurs sans créer de compte. Est-ce possible, et est-ce que leurs noms sont conservés ?",
        "Oui, c’est possible sans compte : il suffit de partager le lien d’édition. Les noms restent dans le document et nulle part ailleurs ; un prénom inventé convient très bien.",
    ),
    (
        "Mot de passe oublié",
        "Je ne reçois pas le courriel de réinitialisation. J’ai regardé dans les indésirables. Pouvez-vous m’aider ?",
        "Votre fournisseur refusait nos courriels depuis deux jours ; il les accepte de nouveau. Je viens de vous envoyer un autre lien, dites-moi s’il est arrivé.",
    ),
    (
        "Merci et petite question",
        "Votre service d’images nous rend de grands services. Peut-on augmenter la durée de conservation pour une exposition ?",
        "C’est une belle idée d’exposition ! J’ai prolongé vos images jusqu’à la fin du mois de juin.",
    ),
    (
        "Suppression de mes données",
        "Je souhaite que l’adresse que j’ai laissée dans un formulaire l’an dernier soit effacée. Comment dois-je faire ?",
        "C’est fait : l’adresse est effacée, ainsi que les réponses qui y étaient liées. Vous n’avez rien d’autre à faire.",
    ),
    (
        "Problème d’impression",
        "Quand j’imprime le tableau, la dernière colonne disparaît. Cela arrive dans deux navigateurs.",
        "J’arrive à reproduire le problème. En attendant la correction, l’export en PDF garde bien toutes les colonnes.",
    ),
    (
        "Visioconférence qui coupe",
        "Nos réunions coupent après une dizaine de minutes quand nous sommes plus de huit. Y a-t-il une limite ?",
        "Il n’y a pas de limite de notre côté, mais une connexion faible suffit à couper l’image. Essayez sans vidéo à plus de huit, et tenez-nous au courant.",
    ),
    (
        "Migration vers notre propre serveur",
        "Notre collectif voudrait héberger lui-même son agenda. Peut-on exporter les données, et sous quel format ?",
        "Bravo pour ce projet ! Tout s’exporte dans un format ouvert, depuis les réglages de l’agenda. Je reste disponible le jour du passage si vous avez un doute.",
    ),
    (
        "Accessibilité du formulaire",
        "J’utilise un lecteur d’écran et le bouton d’envoi n’est pas annoncé. Je peux vous aider à tester une correction.",
        "Merci beaucoup pour votre proposition. Une correction est en ligne sur notre serveur d’essai ; votre avis nous serait précieux.",
    ),
    (
        "Lien qui ne marche plus",
        "Le lien court que nous avons imprimé sur nos affiches ne répond plus. Les affiches sont déjà collées…",
        "Le lien avait expiré. Je l’ai rétabli à la même adresse et pour deux ans : vos affiches sont sauvées.",
    ),
    (
        "Doublon dans la liste de discussion",
        "Je reçois chaque message de la liste deux fois, à la même adresse.",
        "Votre adresse était inscrite une fois en majuscules et une fois en minuscules. Je n’en ai gardé qu’une, le prochain message n’arrivera qu’une fois.",
    ),
    (
        "Traduire l’interface",
        "Je parle occitan et je voudrais participer à la traduction. Par où commencer ?",
        "Quelle bonne nouvelle ! La traduction occitane est à un tiers. Je vous ai ouvert un accès à l’outil de traduction et Maëlys, qui la coordonne, va vous écrire.",
    ),
    (
        "Question avant d’adopter l’outil",
        "Nous sommes une bibliothèque et nous hésitons à changer d’outil. Pouvez-vous nous dire qui s’en sert déjà ?",
        "Plusieurs médiathèques de la région s’en servent pour leurs animations. Avec leur accord, je vous mets en copie d’un message à celle de Villeurbanne.",
    ),
];

/// What people say afterwards, when nothing more is asked or something is.
pub const SAID_AFTER: [&str; 4] = [
    "Merci, cela fonctionne maintenant. Une dernière question : est-ce que cela marche aussi sur téléphone ?",
    "Parfait, c’est exactement ce qu’il nous fallait. Comment pouvons-nous vous soutenir ?",
    "Merci pour votre réponse si rapide ! Le souci est revenu ce matin, pouvez-vous regarder de nouveau ?",
    "J’ai suivi vos indications, mais je n’ai pas le bouton dont vous parlez. Où se trouve-t-il ?",
];

/// What we answer then.
pub const ANSWERED_AFTER: [&str; 4] = [
    "Oui, tout marche aussi sur téléphone, sans rien installer : la même adresse suffit.",
    "Votre mot nous fait plaisir. Si le cœur vous en dit, la page des dons explique à quoi ils servent ; en parler autour de vous aide tout autant.",
    "Vous avez bien fait de revenir vers nous. J’ai trouvé la cause cette fois : un vieux réglage gardé par votre navigateur. Il suffit de recharger la page une fois.",
    "Le bouton est en haut à droite, derrière les trois points. Je vous accorde qu’il est bien caché ; nous allons le déplacer.",
];

/// What people write about in English.
pub const ASKED_EN: [Asked; 3] = [
    (
        "Cannot open the shared calendar",
        "Since yesterday the calendar of our community garden does not load any more. Could somebody have a look?",
        "Thank you for telling us. The calendar held an event without an end date, which our update could not read. It opens again now.",
    ),
    (
        "Exporting our data",
        "We would like to move to our own server. In which format can we take our events with us?",
        "Congratulations on the move! Everything can be exported in an open format from the calendar’s settings, and I am here if something does not fit.",
    ),
    (
        "A word of thanks",
        "Your poll saved our neighbourhood meeting. Is there a way to support you from abroad?",
        "Your words made our morning. A bank transfer works from anywhere in Europe; telling your neighbours about free software helps just as much.",
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
