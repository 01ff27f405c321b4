//! Receipts: what the donor, the treasurer and the tax office find on the paper.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use lopdf::{Document, Object};
use reports::image::flatten_signature;
use reports::receipt::{ReceiptError, ReceiptRenderer};
use rules::receipt::facts::ReceiptFacts;
use sha2::{Digest, Sha256};

use super::paper::{ask, one_space, read_aloud, text, words};
use super::sample::{day, hostile, ordinary, pay, signature_upload, single};

static RENDERER: LazyLock<ReceiptRenderer> = LazyLock::new(|| ReceiptRenderer::new().unwrap());

fn drawn(facts: &ReceiptFacts) -> Vec<u8> {
    RENDERER.render(facts, None, None, None).unwrap()
}

fn refused(change: impl FnOnce(&mut ReceiptFacts)) -> ReceiptError {
    let mut facts = ordinary();
    change(&mut facts);
    RENDERER.render(&facts, None, None, None).unwrap_err()
}

fn signed(mut facts: ReceiptFacts) -> (ReceiptFacts, Vec<u8>) {
    let png = flatten_signature(&signature_upload(900, 360)).unwrap();
    facts.signer.image_sha256 = Some(hex::encode(Sha256::digest(&png)));
    (facts, png)
}

fn many(count: i64) -> ReceiptFacts {
    let mut facts = ordinary();
    pay(&mut facts, count, 1_000, "dix euros autant de fois");
    facts
}

const MENTIONS: &[&str] = &[
    "2041-RD",
    "N° 11580*05",
    "Reçu des dons et versements effectués par les particuliers au titre des articles 200 et 978 du code général des impôts",
    "Numéro d’ordre du reçu RF-2026-000123",
    "Organisme bénéficiaire des dons et versements",
    "Nom ou dénomination : Les Ateliers du Libre",
    "Numéro SIREN : 500 715 776",
    "Adresse : 10 bis, rue Jangot 69007 Lyon, France",
    "Objet : Promouvoir les logiciels libres",
    "[x] Œuvre ou organisme d’intérêt général",
    "[x] Association loi 1901",
    "Nom : Lefèvre-Šťastný Prénoms : Zoë Éloïse",
    "Adresse : Bâtiment B, appartement 12 27, avenue de l’Œuvre 35000 Rennes, France",
    "Le bénéficiaire reconnaît avoir reçu des dons et versements ouvrant droit à réduction d’impôt d’un montant de (1) : ***120,00 €***",
    "Somme en toutes lettres : cent vingt euros",
    "Date du versement ou du don : du 5 janvier 2026 au 1er décembre 2026",
    "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la réduction d’impôt prévue à l’article (2) : [x] 200 du CGI [_] 978 du CGI",
    "Forme du don [_] Acte authentique [_] Acte sous seing privé [x] Déclaration de don manuel [_] Autres",
    "Nature du don (3) [x] Numéraire [_] Titres de sociétés cotés [_] Abandon exprès de revenus ou de produits [_] Frais engagés par les bénévoles, dont ils renoncent expressément au remboursement [_] Autres (4)",
    "[_] Remise d’espèces [_] Chèque [x] Virement, prélèvement, carte bancaire",
    "12 versements, 120,00 € au total",
    "05/01/2026 Prélèvement Numéraire 10,00 €",
    "Date : 12 janvier 2027 Signataire : Inès O’Brien-Müller Qualité : Trésorière",
    "article L. 80 C du livre des procédures fiscales",
    "amende prévue à l’article 1740 A du code général des impôts",
];

#[test]
fn every_mention_of_the_form_is_read_in_order() {
    let heard = read_aloud(&drawn(&ordinary()));
    let mut from = 0;
    for mention in MENTIONS {
        match heard[from..].find(mention) {
            Some(at) => from += at,
            None => panic!("{mention:?} is not found after {:?} in:\n{heard}", &heard[from..from + 60]),
        }
    }
}

#[test]
fn every_mention_is_found_by_a_search_on_the_page() {
    let found = one_space(&text(&drawn(&ordinary())));
    for words in
        ["Lefèvre-Šťastný", "Zoë Éloïse", "***120,00 €***", "[x] 200 du CGI", "RF-2026-000123", "l’Œuvre"]
    {
        assert!(found.contains(words), "{words:?} is not found in:\n{found}");
    }
}

#[test]
fn a_receipt_is_a_sound_file_with_its_typefaces_in_it() {
    let (facts, png) = signed(ordinary());
    let pdf = RENDERER.render(&facts, Some(&png), Some(day(2027, 3, 3)), None).unwrap();
    let said = ask("qpdf", &["--check"], &pdf, &[]);
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    let fonts = ask("pdffonts", &[], &pdf, &[]);
    for font in fonts.lines().skip(2) {
        assert!(font.contains("+OpenSans-") && font.contains("yes yes yes"), "{fonts}");
    }
    assert!(ask("pdfimages", &["-list"], &pdf, &[]).lines().count() == 3, "one picture");
    assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
}

#[test]
fn the_file_says_what_it_is() {
    let pdf = drawn(&ordinary());
    let document = Document::load_mem(&pdf).unwrap();
    assert_eq!(document.version, "1.7");
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"fr-FR");
    let preferences = catalog.get(b"ViewerPreferences").unwrap().as_dict().unwrap();
    assert_eq!(preferences.get(b"DisplayDocTitle").unwrap(), &Object::Boolean(true));
    let metadata = document.get_object(catalog.get(b"Metadata").unwrap().as_reference().unwrap()).unwrap();
    let metadata = String::from_utf8(metadata.as_stream().unwrap().content.clone()).unwrap();
    for claim in ["<pdfaid:part>3<", "<pdfaid:conformance>B<", "Reçu de dons n°\u{A0}RF-2026-000123", "fr-FR"]
    {
        assert!(metadata.contains(claim), "{claim} is not in {metadata}");
    }
    let about = ask("pdfinfo", &[], &pdf, &[]);
    for line in [
        "Title: Reçu de dons n° RF-2026-000123",
        "Author: Les Ateliers du Libre",
        "Tagged: yes",
        "JavaScript: no",
    ] {
        assert!(about.lines().any(|said| one_space(said) == line), "{line:?} is not in {about}");
    }
    assert!(!about.contains("PDF/X"), "{about}");
}

#[test]
fn the_table_of_payments_is_a_table_for_screen_readers() {
    let told = ask("pdfinfo", &["-struct-text"], &drawn(&ordinary()), &[]);
    let count = |kind: &str| told.lines().filter(|line| line.trim().starts_with(kind)).count();
    assert_eq!((count("H1"), count("H2"), count("Table")), (1, 5, 1), "{told}");
    assert_eq!((count("TR"), count("TH"), count("TD")), (14, 8, 48), "{told}");
    let (facts, png) = signed(ordinary());
    let pdf = RENDERER.render(&facts, Some(&png), None, None).unwrap();
    assert!(ask("pdfinfo", &["-struct"], &pdf, &[]).contains("Figure"));
}

#[test]
fn the_same_receipt_is_the_same_bytes() {
    let (facts, png) = signed(ordinary());
    let one = RENDERER.render(&facts, Some(&png), None, None).unwrap();
    RENDERER.render(&hostile(), None, None, None).unwrap();
    assert_eq!(one, RENDERER.render(&facts, Some(&png), None, None).unwrap());
    assert_eq!(one, ReceiptRenderer::new().unwrap().render(&facts, Some(&png), None, None).unwrap());
}

fn fingerprint() -> String {
    let (facts, png) = signed(ordinary());
    hex::encode(Sha256::digest(RENDERER.render(&facts, Some(&png), None, None).unwrap()))
}

#[test]
#[ignore = "asked by the next test, in another process"]
fn prints_the_fingerprint_of_a_receipt() {
    println!("fingerprint {}", fingerprint());
}

#[test]
fn two_processes_draw_the_same_bytes() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "receipts::prints_the_fingerprint_of_a_receipt", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("fingerprint {}", fingerprint())), "{said}");
}

#[test]
fn every_receipt_has_an_identifier_of_its_own() {
    let identifiers = |pdf: &[u8]| {
        let document = Document::load_mem(pdf).unwrap();
        let identifiers = document.trailer.get(b"ID").unwrap().as_array().unwrap().clone();
        identifiers.iter().map(|id| id.as_str().unwrap().to_vec()).collect::<Vec<_>>()
    };
    let original = identifiers(&drawn(&ordinary()));
    let copy = identifiers(&RENDERER.render(&ordinary(), None, Some(day(2027, 3, 3)), None).unwrap());
    let mut next = ordinary();
    next.number = "RF-2026-000124".into();
    let next = identifiers(&drawn(&next));
    assert_eq!(original[0], copy[0], "the same receipt");
    assert_ne!(original[1], copy[1], "another paper");
    assert_ne!(original[0], next[0], "another receipt");
}

#[test]
fn every_payment_is_listed_whatever_their_number() {
    for (count, pages) in [(2, 1), (12, 1), (13, 1), (60, 2), (400, 5)] {
        let pdf = drawn(&many(count));
        let heard = read_aloud(&pdf);
        assert_eq!(heard.matches("Prélèvement Numéraire 10,00 €").count() as i64, count);
        let document = Document::load_mem(&pdf).unwrap();
        assert_eq!(document.get_pages().len(), pages, "{count} payments");
        if pages > 1 {
            assert!(
                heard.contains(&format!("Page {pages} sur {pages}"))
                    && heard.contains("Suite du reçu n° RF-2026-000123")
            );
        }
    }
    let alone = read_aloud(&drawn(&single()));
    assert!(
        alone.contains("Date du versement ou du don : 5 janvier 2026 Le bénéficiaire certifie"),
        "{alone}"
    );
    assert!(!alone.contains("Détail des versements"));
}

#[test]
fn nothing_runs_off_the_page() {
    for facts in [hostile(), many(400), single()] {
        let pdf = drawn(&facts);
        for ([left, top, right, bottom], word) in words(&pdf) {
            let inside = left >= 41.0 && right <= 595.28 - 41.0 && top >= 25.0 && bottom <= 841.89 - 10.0;
            assert!(inside, "{word:?} stands at {left} {top} {right} {bottom}");
        }
    }
}

#[test]
fn the_longest_texts_are_printed_whole() {
    let facts = hostile();
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let heard = letters(&read_aloud(&drawn(&facts)));
    let body = &facts.association;
    let said =
        [&body.name, &body.object, &facts.donor.last_name, &facts.donor.first_names, &facts.signer.name];
    for text in said.into_iter().chain(&facts.donor.street) {
        assert!(heard.contains(&letters(text)), "{text:?} is not whole in {heard}");
    }
}

#[test]
fn a_copy_says_that_it_is_one_and_of_which_day() {
    let pdf = RENDERER.render(&ordinary(), None, Some(day(2027, 3, 1)), None).unwrap();
    let heard = read_aloud(&pdf);
    let sentence = "DUPLICATA Copie délivrée le 1er mars 2027, conforme au reçu émis le 12 janvier 2027 sous le même numéro.";
    assert!(heard.contains(sentence), "{heard}");
    assert_eq!(heard.matches("DUPLICATA").count(), 1, "the letters across the page are decoration");
}

#[test]
fn a_cancelled_receipt_says_so_with_the_reason() {
    let pdf =
        RENDERER.render(&many(400), None, None, Some("le prélèvement du 5 mars\na été rejeté")).unwrap();
    let heard = read_aloud(&pdf);
    assert!(heard.contains("ANNULÉ Ce reçu est annulé et ne peut pas être utilisé."), "{heard}");
    assert!(heard.contains("Motif : le prélèvement du 5 mars a été rejeté"), "{heard}");
    assert_eq!(heard.matches("ANNULÉ").count(), 1, "the letters across the pages are decoration");
}

#[test]
fn a_replacing_receipt_names_the_one_it_replaces() {
    let mut facts = ordinary();
    facts.replaces = Some("RF-2026-000098".into());
    assert!(read_aloud(&drawn(&facts)).contains("Ce reçu annule et remplace le reçu n° RF-2026-000098."));
}

#[test]
fn a_way_of_payment_without_a_box_gets_one_of_its_own() {
    let mut facts = ordinary();
    facts.methods.push("other".into());
    assert!(read_aloud(&drawn(&facts)).contains("carte bancaire [x] Autre"));
    assert!(!read_aloud(&drawn(&ordinary())).contains("] Autre Détail"));
}

#[test]
fn names_with_combining_marks_are_composed() {
    let mut facts = ordinary();
    facts.donor.last_name = "S\u{30C}t\u{30C}astny\u{301} A\u{30A}ngstro\u{308}m Ğökçe Łőš".into();
    facts.donor.first_names = "Νίκος Владимир".into();
    let heard = read_aloud(&drawn(&facts));
    assert!(heard.contains("Šťastný Ångström Ğökçe Łőš") && heard.contains("Νίκος Владимир"), "{heard}");
}

#[test]
fn a_character_without_a_sign_is_named_and_never_dropped() {
    assert_eq!(refused(|facts| facts.donor.last_name = "李".into()), ReceiptError::MissingCharacter('李'));
    let mut facts = ordinary();
    facts.donor.last_name = "محمد 李".into();
    facts.association.object = "Aider 🎁".into();
    let missing = RENDERER.missing_characters(&facts).unwrap();
    assert!(missing.contains(&'李') && missing.contains(&'🎁') && missing.contains(&'م'), "{missing:?}");
    assert_eq!(RENDERER.missing_characters(&ordinary()).unwrap(), []);
}

#[test]
fn facts_that_do_not_hold_together_are_refused() {
    assert_eq!(
        refused(|facts| facts.amount_cents += 1),
        ReceiptError::SumDiffers { total: 12_001, sum: 12_000 }
    );
    assert_eq!(refused(|facts| facts.layout = 7), ReceiptError::UnknownLayout(7));
    assert_eq!(refused(|facts| facts.form = "16216*03".into()), ReceiptError::UnknownForm("16216*03".into()));
    assert_eq!(refused(|facts| facts.methods.push("gold".into())), ReceiptError::UnknownCode("gold".into()));
    assert_eq!(
        refused(|facts| facts.lines[3].nature = "gold".into()),
        ReceiptError::UnknownCode("gold".into())
    );
    assert_eq!(refused(|facts| facts.association.object = "mot ".repeat(9_000)), ReceiptError::TooLong);
    assert_eq!(
        refused(|facts| facts.signer.image_sha256 = Some("00".into())),
        ReceiptError::SignatureDiffers
    );
    let (facts, png) = signed(ordinary());
    assert_eq!(RENDERER.render(&ordinary(), Some(&png), None, None), Err(ReceiptError::SignatureDiffers));
    let other = flatten_signature(&signature_upload(300, 120)).unwrap();
    assert_eq!(RENDERER.render(&facts, Some(&other), None, None), Err(ReceiptError::SignatureDiffers));
    assert!(RENDERER.render(&facts, Some(&png), None, None).is_ok());
}

#[test]
fn one_renderer_serves_all_threads() {
    fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<ReceiptRenderer>();
    let (facts, png) = signed(ordinary());
    let alone = RENDERER.render(&facts, Some(&png), None, None).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| RENDERER.render(&facts, Some(&png), None, None).unwrap()))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

/// The text layer of three receipts, kept in `goldens/`. A wanted change is written with
/// `UPDATE_GOLDENS=1 cargo test -p reports`, read, and committed with a new layout version.
#[test]
fn the_paper_reads_as_it_did() {
    let mut replacing = single();
    replacing.replaces = Some("RF-2026-000098".into());
    let papers = [
        ("monthly", RENDERER.render(&ordinary(), None, None, None)),
        ("copy-of-a-replacing-one", RENDERER.render(&replacing, None, Some(day(2027, 3, 3)), None)),
        (
            "cancelled-with-sixty-payments",
            RENDERER.render(&many(60), None, None, Some("somme rendue à la donatrice")),
        ),
    ];
    for (name, pdf) in papers {
        let found = text(&pdf.unwrap());
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens").join(name).with_extension("txt");
        #[allow(clippy::disallowed_methods, reason = "asked by the person who runs the tests")]
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::write(&golden, &found).unwrap();
        }
        let kept = fs::read_to_string(&golden).unwrap();
        let lines =
            |text: &str| text.lines().map(one_space).filter(|line| !line.is_empty()).collect::<Vec<_>>();
        assert_eq!(lines(&found), lines(&kept), "{name}");
    }
}
