//! The association of the demo and the people who work for it.

use rules::roles::Role;

use crate::accounts::actions::services::ensure_services;
use crate::accounts::actions::{NewMember, add_member};
use crate::accounts::association;
use crate::platform::{Core, Failure, Stop, Tx, settings};

/// Setting that marks a data folder as a demo's.
pub const MARK: &str = "demo";

/// Who works here: mail address, name, role.
pub const STAFF: [(&str, &str, Role); 7] = [
    ("admin@demo.example", "Dominique Lacroix", Role::Admin),
    ("treasurer@demo.example", "Noëlle Cœurdacier", Role::Treasurer),
    ("agent@demo.example", "Malik Benali", Role::Agent),
    ("lea@demo.example", "Léa Quéméner", Role::Agent),
    ("awa@demo.example", "Awa N’Diaye", Role::Agent),
    ("theo@demo.example", "Théo Vasseur", Role::Agent),
    ("auditor@demo.example", "Hélène Thévenet", Role::Auditor),
];

/// Sets the association up; gives the ids of the members in the order of [`STAFF`].
pub async fn set_up(core: &Core, tx: &Tx, scale: &str) -> Result<Vec<i64>, Failure> {
    let signature = core.blobs.put(signature()?).await?;
    core.blobs.name_in(tx, &signature).await?;
    let mut identity = association::blank(tx);
    identity.name = "Les Ateliers du Commun".into();
    identity.rna = Some("W691098765".into());
    identity.street = "12 rue de l’Œillet".into();
    identity.postal_code = "69007".into();
    identity.city = "Lyon".into();
    identity.object =
        "Proposer à toutes et tous des services en ligne libres et respectueux, et y former par l’éducation populaire"
            .into();
    identity.signer_name = "Noëlle Cœurdacier".into();
    identity.signer_quality = "Trésorière".into();
    identity.signature_blob = Some(signature.hash);
    identity.contact_mail = core.config.mail_from.clone();
    association::save(tx, identity).await?;
    ensure_services(tx).await?;
    let mut ids = Vec::new();
    for (email, name, role) in STAFF {
        let new = NewMember { email: email.into(), name: name.into(), role, language: "fr".into() };
        let added = Stop::split(add_member(tx, new).await)?;
        ids.push(added.map_err(|refusal| Failure::new(format!("{email}: {refusal:?}")))?);
    }
    settings::set(tx, MARK, scale).await?;
    Ok(ids)
}

/// A signature drawn by a formula: nobody's hand.
fn signature() -> Result<Vec<u8>, Failure> {
    const WIDE: u32 = 480;
    const HIGH: u32 = 160;
    let mut ink = vec![255u8; (WIDE * HIGH) as usize];
    for step in 0..24_000u32 {
        let t = f64::from(step) / 24_000.0;
        let x = 30.0 + 420.0 * t + 26.0 * (t * 31.0).sin();
        let y = 84.0 - 46.0 * (t * 23.0).sin() * (1.0 - 0.72 * t) + 9.0 * (t * 61.0).cos();
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, 1.0)] {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            // within the picture, checked below
            let (px, py) = ((x + dx) as u32, (y + dy) as u32);
            if px < WIDE
                && py < HIGH
                && let Some(dot) = ink.get_mut((py * WIDE + px) as usize)
            {
                *dot = 40;
            }
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDE, HIGH);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&ink));
    written.map_err(|error| Failure::new(error.to_string()))?;
    reports::image::flatten_signature(&bytes).map_err(|error| Failure::new(error.to_string()))
}
