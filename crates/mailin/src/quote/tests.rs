use proptest::prelude::*;

use super::fold;

fn lines(text: &str) -> Vec<String> {
    let mut all: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
    all.sort();
    all
}

#[test]
fn a_french_reply_above_its_quote_is_the_new_text() {
    let f = fold(
        "Merci !\n\nLe lun. 3 févr. 2025 à 10:02, Jeanne Martin <\njeanne@exemple.fr> a écrit :\n\n> Bonjour\n> Voici",
        false,
    );
    assert_eq!(f.new_text, "Merci !");
    assert!(f.quoted.starts_with("Le lun.") && f.quoted.ends_with("> Voici"));
}

#[test]
fn every_language_we_meet_is_recognised() {
    for head in [
        "On Mon, 3 Feb 2025 at 10:02, Jane Doe <jane@example.org> wrote:",
        "Am 03.02.25 um 10:02 schrieb Jan Muster:",
        "Am Mo., 3. Feb. 2025 um 10:02 Uhr schrieb Jan <jan@example.org>:",
        "El lun, 3 feb 2025 a las 10:02, Ana (<ana@example.org>) escribió:",
        "Il giorno lun 3 feb 2025 alle ore 10:02 Ugo <ugo@example.org> ha scritto:",
        "Op ma 3 feb 2025 om 10:02 schreef Piet <piet@example.org>:",
        "Le 03/02/2025 à 10:02, Jeanne a écrit\u{a0}:",
        "Em seg., 3 de fev. de 2025 às 10:02, Rui <rui@example.org> escreveu:",
    ] {
        let f = fold(&format!("Oui.\n\n{head}\n> Non ?\n"), false);
        assert_eq!(f.new_text, "Oui.", "{head}");
        let unmarked = fold(&format!("Oui.\n\n{head}\n\nNon ?\n"), false);
        assert_eq!(unmarked.new_text, "Oui.", "{head}");
    }
}

#[test]
fn a_language_we_do_not_know_is_recognised_by_its_marks() {
    let f = fold("Oui.\n\nср, 30 апр. 2025 г. в 15:19, Jan <jan@example.com>:\n\n> Non ?", false);
    assert_eq!(f.new_text, "Oui.");
}

#[test]
fn an_answer_right_above_a_wrapped_attribution_stays_new() {
    let f = fold(
        "C'est super !\nLe 4 janv. 2016 19:03, \"Paul\"\n<paul@exemple.fr>\na écrit :\n\n> Bonjour",
        false,
    );
    assert_eq!(f.new_text, "C'est super !");
}

#[test]
fn outlook_headers_start_the_quote() {
    for head in [
        "-----Message d'origine-----\nDe : Aide\nEnvoyé : lundi\nÀ : Jeanne\nObjet : Accès",
        "________________________________\nDe : Aide <aide@exemple.fr>\nEnvoyé : lundi\nÀ : Jeanne\nObjet : Accès",
        "From: Help\nSent: Monday\nTo: Jane\nSubject: Access",
        "*De :* Aide\n*Envoyé :* lundi\n*Objet :* Accès",
        "-------- Message original --------\nDe : Aide",
    ] {
        let f = fold(&format!("Bonjour,\nça marche.\n\n{head}\n\nTexte ancien"), false);
        assert_eq!(f.new_text, "Bonjour,\nça marche.", "{head}");
        assert_eq!(lines(&f.quoted), lines(&format!("{head}\nTexte ancien")));
    }
}

#[test]
fn a_forwarded_mail_is_new_to_us() {
    let text = "Pour vous.\n\nDe : Aide\nEnvoyé : lundi\nObjet : Accès\n\nTexte";
    assert_eq!(fold(text, true).new_text, text);
}

#[test]
fn answers_between_quotes_keep_them() {
    let f = fold("Bonjour,\n> Quel navigateur ?\nFirefox.\n> Et le système ?\nDebian.\n\n> fin", false);
    assert_eq!(f.new_text, "Bonjour,\n> Quel navigateur ?\nFirefox.\n> Et le système ?\nDebian.");
    assert_eq!(f.quoted, "> fin");
}

#[test]
fn a_reply_below_its_quote_is_the_new_text() {
    let f = fold("On 3 May 2025, Help wrote:\n> Which browser?\n\nFirefox.\n-- \nJane", false);
    assert_eq!((f.new_text.as_str(), f.signature.as_str()), ("Firefox.", "-- \nJane"));
}

#[test]
fn a_telephone_signs_for_its_owner() {
    let f = fold("D'accord\n\nEnvoyé de mon iPhone\n\n> Le 3 mai…", false);
    assert_eq!((f.new_text.as_str(), f.signature.as_str()), ("D'accord", "Envoyé de mon iPhone"));
}

#[test]
fn a_sentence_that_tells_what_someone_wrote_is_not_a_quote() {
    let text = "Mon fils a écrit :\n« je ne peux plus me connecter ».\nMerci";
    assert_eq!(fold(text, false).new_text, text);
}

#[test]
fn a_short_answer_below_a_long_question_stays_new() {
    let asked = "> Pouvez-vous nous dire quel navigateur vous utilisez, et dans quelle version";
    for answer in ["Firefox 128.", "C’est Firefox"] {
        let f = fold(&format!("{asked}\n{answer}\n> Merci"), false);
        assert_eq!(f.new_text, answer);
    }
    let torn = fold(&format!("Oui.\n\n{asked}\nse trouve-t-elle ?\n> Merci"), false);
    assert_eq!(torn.new_text, "Oui.");
}

#[test]
fn dashes_between_paragraphs_hide_nothing() {
    let long: Vec<String> = (0..20).map(|n| format!("Ligne {n}")).collect();
    let text = format!("Bonjour\n--\n{}", long.join("\n"));
    assert_eq!(fold(&text, false).new_text, text);
    let text = "Réunion le 3 mars 2025 à 14:00, inscription auprès de Jeanne <jeanne@exemple.fr> :\n\n- ordre du jour\n- divers";
    assert_eq!(fold(text, false).new_text, text);
    let letter = "Bonjour,\n\nDe : Jeanne\nÀ : l’association\nObjet : réclamation\n\nVoici ma lettre.";
    assert_eq!(fold(letter, false).new_text, letter);
}

#[test]
fn a_mail_with_nothing_new_is_shown_whole() {
    assert_eq!(fold("> tout\n> est cité", false).new_text, "> tout\n> est cité");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_line_is_lost(picked in prop::collection::vec(prop_oneof![
        Just("> cité".to_owned()), Just(String::new()), Just("-- ".to_owned()), Just("De : x".to_owned()),
        Just("Envoyé : y".to_owned()), Just("Objet : z".to_owned()), Just("Envoyé de mon iPhone".to_owned()),
        Just("Le 3 mai 2025 à 10:00, x@y.fr a écrit :".to_owned()), Just("-----Message d'origine-----".to_owned()),
        Just("On 3 May 2025, someone".to_owned()), Just("wrote:".to_owned()), "\\PC{0,20}"], 0..24), forwarded: bool) {
        let text = picked.join("\n");
        let f = fold(&text, forwarded);
        prop_assert_eq!(lines(&text), lines(&format!("{}\n{}\n{}", f.new_text, f.quoted, f.signature)));
    }
}
