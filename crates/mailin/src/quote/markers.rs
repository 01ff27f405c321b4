//! The lines that mail programs write above a quote, in the languages we meet.

/// Openings and endings of "On …, X wrote:". Compared in lower case, blanks made single, the final
/// colon and the blank before it removed.
const WROTE: [(&str, &str); 37] = [
    ("le ", "a écrit"),
    ("le ", "écrivait"),
    ("le ", "a ecrit"),
    ("on ", "wrote"),
    ("on ", "writes"),
    ("at ", "wrote"),
    ("am ", "schrieb"),
    ("el ", "escribió"),
    ("il ", "ha scritto"),
    ("op ", "schreef"),
    ("op ", "geschreven"),
    ("em ", "escreveu"),
    ("no dia ", "escreveu"),
    ("dnia ", "napisał"),
    ("dnia ", "napisał(a)"),
    ("w dniu ", "napisał"),
    ("w dniu ", "napisał(a)"),
    ("den ", "skrev"),
    ("den ", "følgende"),
    ("på ", "skrev"),
    ("pe ", "a scris"),
    ("в ", "написал"),
    ("в ", "пишет"),
    ("", "kirjoitti"),
    ("", "написал"),
    ("", "пишет"),
    ("", "írta"),
    ("", "napisał(a)"),
    ("", "a écrit"),
    ("", "wrote"),
    ("", "schrieb"),
    ("", "escribió"),
    ("", "ha scritto"),
    ("", "schreef"),
    ("", "skrev"),
    ("", "escreveu"),
    ("", "写道"),
];

const LONGEST: usize = 5;

/// How many lines from the first an attribution takes ("Le … a écrit :", wrapped or not).
pub fn attribution(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.starts_with('>') || first.len() > 400 {
        return None;
    }
    let mut joined = String::new();
    for (count, line) in lines.iter().take(LONGEST).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('>') {
            return None;
        }
        joined.push(' ');
        joined.push_str(line);
        let colon = line.ends_with([':', '：']);
        let marked = || {
            lines
                .iter()
                .skip(count + 1)
                .find(|l| !l.trim().is_empty())
                .is_some_and(|l| l.trim().starts_with('>'))
        };
        let dated = first.contains('@') || first.chars().any(|c| c.is_ascii_digit());
        if is_attribution(&joined, count == 0, colon, dated)
            || (colon && dated && names_a_moment(&joined) && marked())
        {
            return Some(count + 1);
        }
        if colon {
            return None;
        }
    }
    None
}

fn is_attribution(joined: &str, one_line: bool, colon: bool, dated: bool) -> bool {
    let said = plain(joined);
    if !colon {
        return one_line && old_gmail(&said);
    }
    let said = said.trim_end_matches([':', '：']).trim_end();
    let has_digit = said.chars().any(|c| c.is_ascii_digit());
    WROTE.iter().any(|(open, end)| {
        let opens = if open.is_empty() { dated } else { said.starts_with(open) };
        opens && has_digit | said.contains('@') && (said.ends_with(end) || names_last(said, open, end))
    })
}

/// In any language: a line with a date or an address that ends with a colon, above a marked quote.
fn names_a_moment(said: &str) -> bool {
    let digits = said.chars().filter(char::is_ascii_digit).count();
    said.contains('@') || digits >= 5
}

/// "Am 3. Mai schrieb Jean", "Op 3 mei schreef Jan": the verb stands before the name.
fn names_last(said: &str, open: &str, end: &str) -> bool {
    !open.is_empty() && said.find(&format!(" {end} ")).is_some_and(|at| said.len() - at < 200)
}

/// "2013/11/1 John Doe <john@example.org>".
fn old_gmail(said: &str) -> bool {
    let date = said.split(' ').next().unwrap_or_default();
    let slashed =
        date.split(['/', '-']).filter(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_digit())).count();
    slashed == 3 && said.ends_with('>') && said.contains('@') && said.contains('<')
}

/// Whether an attribution is sure enough to take all below it as quoted although nothing is marked.
pub fn says_when_and_who(lines: &[&str]) -> bool {
    let said = lines.join(" ");
    let digits = said.chars().filter(char::is_ascii_digit).count();
    let clock = said
        .as_bytes()
        .windows(3)
        .any(|w| matches!(w, [a, b':' | b'h' | b'.', c] if a.is_ascii_digit() && c.is_ascii_digit()))
        || said.contains(" h ");
    digits >= 3 && (clock || said.contains('@'))
}

fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '*' || c == '_' || c == '\u{200e}' || c == '\u{200f}')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

const ORIGINAL: [&str; 14] = [
    "message d'origine",
    "message original",
    "message initial",
    "original message",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "mensaje original",
    "messaggio originale",
    "messaggio originario",
    "oorspronkelijk bericht",
    "mensagem original",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
];

const FROM: [&str; 12] =
    ["de", "from", "von", "da", "van", "från", "fra", "od", "expéditeur", "от", "発信元", "发件人"];
const WHEN: [&str; 20] = [
    "envoyé",
    "date",
    "sent",
    "gesendet",
    "datum",
    "enviado",
    "enviado el",
    "fecha",
    "inviato",
    "data",
    "verzonden",
    "skickat",
    "sendt",
    "enviada",
    "enviada em",
    "wysłano",
    "envoyé le",
    "le",
    "dato",
    "отправлено",
];
const ABOUT: [&str; 14] = [
    "objet",
    "subject",
    "betreff",
    "asunto",
    "oggetto",
    "onderwerp",
    "assunto",
    "ämne",
    "emne",
    "temat",
    "sujet",
    "тема",
    "主题",
    "subj",
];

/// Whether a copied mail starts here: "-----Message d'origine-----", or "De : / Envoyé : / Objet :".
pub fn copied_mail(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let said = plain(first).replace('’', "'");
    let bare = said.trim_matches(['-', ' ', '—', '–']);
    let ruled = said.starts_with("--") || said.ends_with("--");
    if ruled && ORIGINAL.contains(&bare) {
        return true;
    }
    if !FROM.contains(&label(first).as_str()) {
        return false;
    }
    let block = lines.iter().skip(1).take(12);
    let (mut when, mut about) = (false, false);
    for line in block {
        let label = label(line);
        when = when || WHEN.contains(&label.as_str());
        about = about || ABOUT.contains(&label.as_str());
        if when && about {
            return true;
        }
    }
    false
}

/// `envoyé` of `*Envoyé :* lundi`; empty when the line is not labelled.
fn label(line: &str) -> String {
    let head: String = line.chars().take(40).collect();
    let Some((label, _)) = head.split_once([':', '：']) else { return String::new() };
    plain(label)
}

/// "Envoyé de mon iPhone" and its like.
pub fn telephone(line: &str) -> bool {
    const STARTS: [&str; 23] = [
        "envoyé de mon",
        "envoyé depuis",
        "envoyé à partir",
        "envoyé avec",
        "envoyé via",
        "envoyé par",
        "sent from",
        "sent with",
        "sent via",
        "get outlook for",
        "télécharger outlook",
        "obtenez outlook",
        "obtenir outlook",
        "von meinem",
        "von mein",
        "gesendet von",
        "gesendet mit",
        "enviado desde",
        "enviado de",
        "inviato da",
        "verstuurd vanaf",
        "skickat från",
        "cordialement envoyé",
    ];
    let said = plain(line);
    said.chars().count() < 120 && STARTS.iter().any(|s| said.starts_with(s))
}
