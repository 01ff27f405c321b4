//! Receipts to draw: an ordinary one, and what people really type.

use chrono::{Days, NaiveDate};
use rules::receipt::facts::{AssociationFacts, DonorFacts, LineFacts, ReceiptFacts, SignerFacts};

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// A year of monthly debits.
pub fn ordinary() -> ReceiptFacts {
    let mut facts = ReceiptFacts {
        layout: reports::receipt::LAYOUT,
        form: "11580*05".into(),
        number: "RF-2026-000123".into(),
        issued_on: day(2027, 1, 12),
        gift_year: 2026,
        association: AssociationFacts {
            name: "Les Ateliers du Libre".into(),
            registration: "500715776".into(),
            street: vec!["10 bis, rue Jangot".into()],
            postal_code: "69007".into(),
            city: "Lyon".into(),
            country: "France".into(),
            object: "Promouvoir les logiciels libres, la culture libre et l’éducation populaire aux enjeux du \
                     numérique, auprès de tous les publics."
                .into(),
            category: "general_interest".into(),
            category_label: "Œuvre ou organisme d’intérêt général ayant un caractère philanthropique, éducatif, \
                             scientifique, social, humanitaire, sportif, familial, culturel ou concourant à la mise en \
                             valeur du patrimoine artistique, à la défense de l’environnement naturel ou à la \
                             diffusion de la culture, de la langue et des connaissances scientifiques françaises"
                .into(),
            category_sub_label: Some("Association loi 1901".into()),
        },
        donor: DonorFacts {
            last_name: "Lefèvre-Šťastný".into(),
            first_names: "Zoë Éloïse".into(),
            street: vec!["Bâtiment B, appartement 12".into(), "27, avenue de l’Œuvre".into()],
            postal_code: "35000".into(),
            city: "Rennes".into(),
            country: "France".into(),
        },
        amount_cents: 0,
        amount_in_words: String::new(),
        lines: Vec::new(),
        articles: vec!["200".into()],
        forms: vec!["manual_gift".into()],
        natures: vec!["money".into()],
        methods: vec!["direct_debit".into()],
        replaces: None,
        signer: SignerFacts { name: "Inès O’Brien-Müller".into(), quality: "Trésorière".into(), image_sha256: None },
    };
    pay(&mut facts, 12, 1_000, "cent vingt euros");
    facts
}

/// One gift by card.
pub fn single() -> ReceiptFacts {
    let mut facts = ordinary();
    facts.methods = vec!["card".into()];
    facts.donor.street = vec!["3, place de la Comédie".into()];
    pay(&mut facts, 1, 123_456, "mille deux cent trente-quatre euros et cinquante-six centimes");
    facts.lines[0].method = "card".into();
    facts
}

/// So many equal payments, every few days of the year.
pub fn pay(facts: &mut ReceiptFacts, count: i64, cents: i64, words: &str) {
    facts.lines = (0..count)
        .map(|index| LineFacts {
            gift_id: index + 1,
            date: day(2026, 1, 5) + Days::new((index * 360 / count).unsigned_abs()),
            amount_cents: cents,
            method: "direct_debit".into(),
            nature: "money".into(),
        })
        .collect();
    facts.amount_cents = count * cents;
    facts.amount_in_words = words.into();
}

/// Everything as long as a form lets it be.
pub fn hostile() -> ReceiptFacts {
    let mut facts = ordinary();
    let long = |seed: &str, letters: usize| seed.chars().cycle().take(letters).collect::<String>();
    facts.association.name = long("Association des ami·e·s de l’Œuvre & de la <b>forêt</b> d’Été ; ", 200);
    facts.association.object =
        long("Défendre, promouvoir, enseigner ; « rassembler » celles et ceux qui œuvrent. ", 600);
    facts.donor.last_name = long("O’Brien-Müller d’Ağaoğlu Łukasiewicz Őry Kovářová ", 200);
    facts.donor.first_names = long("Zoë", 200);
    facts.donor.street = vec![long("123456789 bis, rue du Général-de-Gaulle, ", 120), long("W", 120)];
    facts.donor.city = long("Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson ", 120);
    facts.signer.name = long("Marie-Chantal de la Motte-Piquet ", 200);
    facts.signer.quality = long("Présidente et trésorière par intérim ", 120);
    facts.number = long("RF-2026-", 60);
    facts.replaces = Some(long("RF-2025-", 60));
    facts.amount_in_words =
        "neuf cent quatre-vingt-dix-neuf millions neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf euros \
         et quatre-vingt-dix-neuf centimes"
            .into();
    facts.articles = vec!["200".into(), "978".into()];
    facts.forms = ["notarial_deed", "private_deed", "manual_gift", "other"].map(String::from).to_vec();
    facts.natures =
        ["money", "listed_shares", "waived_income", "waived_expenses", "in_kind"].map(String::from).to_vec();
    facts.methods =
        ["cash", "cheque", "transfer", "direct_debit", "card", "other"].map(String::from).to_vec();
    facts.lines.truncate(1);
    facts.lines[0].amount_cents = 99_999_999_999;
    facts.amount_cents = 99_999_999_999;
    facts
}

/// A signature as a pen would leave it, on a transparent ground.
pub fn signature_upload(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = vec![0_u8; (width * height * 4) as usize];
    let (w, h) = (f64::from(width), f64::from(height));
    for step in 0..60_000 {
        let t = f64::from(step) / 60_000.0;
        let swing = (t * 31.0).sin() * (0.34 - 0.22 * t) + (t * 77.0).sin() * 0.07;
        let x = 0.06 + 0.86 * t + (t * 31.0).cos() * 0.035;
        let y = 0.5 + swing;
        let radius = 1.2 + 1.6 * (t * 31.0 + 0.7).cos().abs();
        let (cx, cy) = (x * w, y * h);
        for dx in -3..=3 {
            for dy in -3..=3 {
                let (px, py) = (cx + f64::from(dx), cy + f64::from(dy));
                let distance = f64::hypot(px.floor() + 0.5 - cx, py.floor() + 0.5 - cy);
                if px < 0.0 || py < 0.0 || px >= w || py >= h {
                    continue;
                }
                let cover = (radius - distance + 0.5).clamp(0.0, 1.0);
                let at = ((py as u32 * width + px as u32) * 4) as usize;
                let alpha = (cover * 255.0) as u8;
                if pixels[at + 3] < alpha {
                    pixels[at..at + 4].copy_from_slice(&[24, 38, 92, alpha]);
                }
            }
        }
    }
    png(width, height, png::ColorType::Rgba, &pixels)
}

/// A PNG of eight bits a channel.
pub fn png(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}
