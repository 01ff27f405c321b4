//! The lines that mail programs write above a quote, in the languages we meet.

use crate::copied::{self, words};

/// "wrote", as mail programs say it, with what may follow the verb.
#[rustfmt::skip]
const WROTE: &[&str] = &[
    "a écrit", "a ecrit", "écrivait", "écrit", "a dit", "wrote", "writes", "said", "schrieb", "escribió", "escribio", "ha scritto", "scrisse", "scrive",
    "schreef", "geschreven", "volgende geschreven", "escreveu", "napisał", "napisał(a)", "napisał/a", "napisała", "skrev", "skrev följande",
    "skrev følgende", "følgende", "följande", "a scris", "написал", "написала", "написал(а)", "пишет", "писал", "написав", "пише",
    "kirjoitti", "írta", "ezt írta", "napsal", "napsal(a)", "napsala", "napísal", "napísal(a)", "yazdı", "şunları yazdı", "je napisao/la", "napisao je",
    "napisao/la je", "je napisao", "napisala je", "va escriure", "έγραψε", "写道", "寫道", "님이 작성", "のメール", "כתב", "كتب", "rašė", "kirjutas", "rakstīja",
];

/// How such a line begins, where it does.
const OPENINGS: &[&str] = &[
    "le ", "on ", "at ", "am ", "el ", "il ", "op ", "em ", "no dia ", "dnia ", "w dniu ", "den ", "på ",
    "pe ", "в ", "dne ", "dňa ", "în ", "a ", "in data ", "em dom", "em seg", "em ter", "em qua", "em qui",
    "em sex", "em sáb",
];

const LONGEST: usize = 6;

/// How many lines from the first an attribution takes ("Le … a écrit :", wrapped or not).
pub fn attribution(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.starts_with('>') || first.len() > 400 {
        return None;
    }
    let dated = first.bytes().any(|b| b == b'@' || b.is_ascii_digit());
    let start: String = first.chars().take(8).flat_map(char::to_lowercase).collect();
    let opening = OPENINGS.iter().any(|o| start.starts_with(o));
    let opens = dated || opening;
    if !opens && !first.ends_with([':', '：']) {
        return None;
    }
    // What goes over several lines starts as such a line does: the answer may stand right above.
    let starts =
        first.starts_with(|c: char| c.is_ascii_digit() || "\"«“<-".contains(c)) || names_address(first);
    let starts = starts || opening;
    let longest = if starts { LONGEST } else { 2 };
    let mut joined = String::new();
    for (count, line) in lines.iter().take(longest).enumerate() {
        let line = line.trim();
        let bracket = line == ">:" || line == "> wrote:" || line == "> a écrit :";
        if line.is_empty() && lines.get(count + 1).is_some_and(|l| l.trim_start().starts_with('<')) {
            continue; // the address stands apart
        }
        if line.is_empty() || (line.starts_with('>') && !bracket) {
            return None;
        }
        joined.push(' ');
        joined.push_str(line);
        let marked = || {
            let mut below = lines.iter().skip(count + 1).filter(|l| !l.trim().is_empty());
            below.next().is_some_and(|l| l.trim().starts_with('>'))
        };
        let colon = line.ends_with([':', '：']);
        let found = is_attribution(&joined, count == 0, colon, dated)
            || (colon && dated && names_a_moment(&joined) && marked());
        if found {
            return Some(count + 1);
        }
        if colon {
            return None;
        }
    }
    None
}

/// `jeanne@exemple.fr`, not `@jeanne`.
fn names_address(line: &str) -> bool {
    line.split(|c: char| c.is_whitespace() || "<>()\"',;:".contains(c))
        .any(|w| w.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')))
}

fn is_attribution(joined: &str, one_line: bool, colon: bool, dated: bool) -> bool {
    // Asked of every line of every mail: most are neither.
    let start = joined.trim_start_matches([' ', '-', '*', '_']);
    if !colon && (!one_line || !(start.starts_with(|c: char| c.is_ascii_digit()) || start.starts_with("On ")))
    {
        return false;
    }
    let said = plain(joined);
    let said = said.trim_matches(['-', ' ', '—']).replace("&lt;", "<").replace("&gt;", ">");
    let digits = said.chars().filter(char::is_ascii_digit).count();
    let evidence = digits > 0 || said.contains('@');
    if !colon {
        let sure = digits >= 5 && said.contains('@') && said.starts_with("on ") && said.ends_with("wrote");
        return one_line && (sure || old_gmail(&said));
    }
    let said = said.trim_end_matches([':', '：']).trim_end();
    if says_when_and_where(said, digits) {
        return true;
    }
    let opens = OPENINGS.iter().any(|o| said.starts_with(o));
    let ends = WROTE.iter().any(|verb| said.ends_with(verb));
    evidence && ((ends && (opens || dated)) || ((opens || said.contains('@')) && verb_before_name(said)))
}

/// "Am 3. Mai schrieb Jean", "Jean <jean@exemple.fr> kirjoitti 28/10/2021 12.46": the verb stands before
/// a name or a date.
fn verb_before_name(said: &str) -> bool {
    WROTE
        .iter()
        .filter(|v| v.chars().count() > 4)
        .any(|verb| said.find(&format!(" {verb} ")).is_some_and(|at| said.len() - at < 200 && at > 3))
}

/// "ср, 30 апр. 2025 г. в 15:19, Jan <jan@example.com>": in any language, a date with its clock and an
/// address at the end.
fn says_when_and_where(said: &str, digits: usize) -> bool {
    let first = said.split([' ', ',', '.']).next().unwrap_or_default();
    let dated = first.starts_with(|c: char| c.is_ascii_digit()) || WEEKDAYS.contains(&first);
    dated && said.ends_with('>') && said.contains('<') && said.contains('@') && digits >= 5 && has_clock(said)
}

/// Without one of these, or a number, in front, a line with a date and an address may be a person's own
/// sentence.
#[rustfmt::skip]
const WEEKDAYS: &[&str] = &[
    "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
    "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", "jue", "vie", "sáb", "dom", "gio", "lunedì", "martedì",
    "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "ma", "wo", "vr", "za", "zo", "maandag", "dinsdag", "woensdag", "donderdag",
    "vrijdag", "zaterdag", "zondag", "seg", "ter", "qua", "qui", "sex", "segunda", "terça", "quarta", "quinta", "sexta", "pon", "wt", "śr",
    "czw", "pt", "sob", "niedz", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота",
    "воскресенье", "нд", "po", "út", "st", "čt", "pá", "ne", "mån", "tis", "ons", "tors", "fre", "lör", "sön", "man", "tir", "tor", "lør", "søn",
    "ti", "ke", "to", "pe", "la", "su", "h", "k", "sze", "cs", "szo", "v", "pzt", "sal", "çar", "per", "cum", "cmt", "paz",
];

/// In any language: a line with a date or an address that ends with a colon, above a marked quote.
fn names_a_moment(said: &str) -> bool {
    let digits = said.chars().filter(char::is_ascii_digit).count();
    said.contains('@') || digits >= 5
}

/// "2013/11/1 John Doe <john@example.org>", "2016-03-03 17:21 GMT+01:00 John Doe".
fn old_gmail(said: &str) -> bool {
    let mut words = said.split(' ');
    let date = words.next().unwrap_or_default();
    let numbers = date.split(['/', '-']).filter(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_digit()));
    let zoned = words.nth(1).is_some_and(|zone| zone.starts_with("gmt") || zone.starts_with("utc"));
    numbers.count() == 3 && ((said.ends_with('>') && said.contains('@') && said.contains('<')) || zoned)
}

fn has_clock(said: &str) -> bool {
    let clock =
        |w: &[u8]| matches!(w, [a, b':' | b'h' | b'.', c] if a.is_ascii_digit() && c.is_ascii_digit());
    said.as_bytes().windows(3).any(clock) || said.contains(" h ")
}

/// Whether an attribution is sure enough to take all below it as quoted although nothing is marked.
pub fn says_when_and_who(lines: &[&str]) -> bool {
    let said = lines.join(" ");
    let digits = said.chars().filter(char::is_ascii_digit).count();
    let addressed = said.contains('<') && said.contains('@');
    (digits >= 3 && (has_clock(&said) || said.contains('@'))) || addressed
}

fn plain(text: &str) -> String {
    let mark = |c: char| "*_\u{200e}\u{200f}\u{feff}\u{2068}\u{2069}\u{202a}\u{202c}".contains(c);
    text.split(|c: char| c.is_whitespace() || mark(c))
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Whether a copied mail starts here: "-----Message d'origine-----", or "De : / Envoyé : / Objet :".
pub fn copied_mail(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let ruled = first.trim_start().starts_with("--") || first.trim_end().ends_with("--");
    if ruled && first.len() < 200 {
        let said = plain(first).replace('’', "'");
        let bare = said.trim_matches(['-', ' ', '—', '–', '=']);
        if words::says_original(bare) || words::says_forwarded(bare) {
            return true;
        }
    }
    // Without a date it may be the heading of a letter.
    copied::block(lines).is_some_and(|block| block.date.is_some())
}

/// A list's own words below a mail: a line of underscores, then its name or address.
pub fn list_footer(lines: &[&str]) -> bool {
    const SAYS: [&str; 8] = [
        "mailing list",
        "liste de diffusion",
        "/listinfo/",
        "/mailman",
        "unsubscribe",
        "désabonner",
        "googlegroups",
        "you received this message because",
    ];
    let Some(first) = lines.first() else { return false };
    let rule = first.trim_end();
    let ruled = rule.len() >= 2 && (rule.bytes().all(|b| b == b'_') || rule.bytes().all(|b| b == b'-'));
    let below = || lines.iter().skip(1).take(4).map(|l| l.to_lowercase());
    let few = || lines.iter().filter(|l| !l.trim().is_empty()).take(16).count() < 16;
    ruled && few() && below().any(|l| SAYS.iter().any(|s| l.contains(s)))
}

/// "Envoyé de mon iPhone" and its like.
pub fn telephone(line: &str) -> bool {
    #[rustfmt::skip]
    const STARTS: &[&str] = &[
        "envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé via", "envoyé par", "provenance : ",
        "sent from", "sent with", "sent via", "sent by", "get outlook for", "télécharger outlook", "obtenez outlook", "obtenir outlook",
        "von meinem", "von mein", "gesendet von", "gesendet mit", "diese nachricht wurde von meinem", "holen sie sich outlook",
        "enviado desde", "enviado de", "enviado do", "enviado con", "obtener outlook", "inviato da", "inviato con", "scarica outlook",
        "verstuurd vanaf", "verzonden vanaf", "verzonden met", "skickat från", "sendt fra", "sendt via", "lähetetty", "wysłane z", "wysłano z",
        "отправлено с", "отправлено из", "надіслано з", "odesláno z", "odoslané z", "küldve", "trimis de pe", "iphone'umdan gönderildi",
        "cordialement envoyé", "iphoneから送信", "发自我的", "從我的", "téléchargez outlook", "mail envoyé depuis", "ce message a été envoyé depuis",
    ];
    let said = plain(line);
    let words = said.split(' ').count();
    // "Sent from my desk, it is easier" is a sentence.
    let sentence = said.contains(", ") || words > 14;
    said.chars().count() < 160 && !sentence && STARTS.iter().any(|s| said.starts_with(s))
}
