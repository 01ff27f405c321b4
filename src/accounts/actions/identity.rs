//! The association's identity, as a form gives it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::association;
use rules::address::PostalAddress;
use rules::dates::paris_day;
use rules::gift::DatePolicy;
use rules::words::Spelling;

use super::Refusal;
use crate::accounts::association as table;
use crate::platform::blobs::Stored;
use crate::platform::{Core, Failure, Stop, Tx};

/// Everything the form says, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Nom ou dénomination.
    pub name: String,
    /// SIREN, nine digits.
    pub siren: Option<String>,
    /// RNA.
    pub rna: Option<String>,
    /// Address of the seat.
    pub address: PostalAddress,
    /// Objet.
    pub object: String,
    /// Code of the top box.
    pub category: String,
    /// Code of the box under it.
    pub sub_box: Option<String>,
    /// Words that the box asks for.
    pub detail: Option<String>,
    /// Date that the box asks for.
    pub date: Option<NaiveDate>,
    /// Who signs.
    pub signer_name: String,
    /// As what.
    pub signer_quality: String,
    /// A new picture of the signature; `None` keeps the one there is.
    pub signature: Option<Stored>,
    /// Beginning of receipt numbers.
    pub prefix: String,
    /// Last number used this year before us.
    pub last_number: i64,
    /// How amounts are spelt.
    pub spelling: Spelling,
    /// Which day counts.
    pub policy: DatePolicy,
    /// Where it is another one for a payment tool.
    pub policies: BTreeMap<String, DatePolicy>,
    /// Whether donors abroad get receipts too.
    pub abroad: bool,
    /// Whether dues stand on no receipt.
    pub dues_without: bool,
    /// Where people write to us.
    pub contact: String,
}

/// Makes the picture of a signature out of an upload and stores it.
pub async fn keep_signature(core: &Core, upload: Vec<u8>) -> Result<Stored, Stop<Refusal>> {
    let flat = tokio::task::spawn_blocking(move || reports::image::flatten_signature(&upload))
        .await
        .map_err(|e| Failure::new(e.to_string()))?;
    let png = flat.map_err(|why| {
        tracing::info!(%why, "the picture of a signature was refused");
        Stop::Refused(Refusal::BadPicture)
    })?;
    Ok(core.blobs.put(png).await?)
}

/// Keeps the identity. `version` is the one the form was opened on; 0 for the first time.
pub async fn save(core: &Core, tx: &Tx, new: Identity, version: i32) -> Result<(), Stop<Refusal>> {
    let before = table::get_locked(tx).await?;
    if before.as_ref().map_or(0, |b| b.version) != version {
        return Err(Stop::Refused(Refusal::Changed));
    }
    if let Some(stored) = &new.signature {
        core.blobs.name_in(tx, stored).await?;
    }
    let row = before.unwrap_or_else(|| table::blank(tx));
    Ok(table::save(tx, filled(tx, row, new)).await?)
}

fn filled(tx: &Tx, row: association::Model, new: Identity) -> association::Model {
    let this_year = chrono::Datelike::year(&paris_day(tx.at));
    let first_year = if row.receipt_last_number == new.last_number && row.receipt_first_year != 0 {
        row.receipt_first_year
    } else {
        this_year
    };
    let policies: BTreeMap<&String, &str> =
        new.policies.iter().map(|(tool, one)| (tool, one.code())).collect();
    association::Model {
        name: new.name,
        siren: new.siren,
        rna: new.rna,
        street: new.address.street.join("\n"),
        postal_code: new.address.postal_code,
        city: new.address.city,
        country: new.address.country,
        object: new.object,
        category: new.category,
        category_sub_box: new.sub_box,
        category_detail: new.detail,
        category_date: new.date,
        signer_name: new.signer_name,
        signer_quality: new.signer_quality,
        signature_blob: new.signature.map(|s| s.hash).or(row.signature_blob),
        receipt_prefix: new.prefix,
        receipt_last_number: new.last_number,
        receipt_first_year: first_year,
        words_spelling: new.spelling.code().into(),
        date_policy: new.policy.code().into(),
        date_policies: serde_json::json!(policies).to_string(),
        receipts_abroad: new.abroad,
        dues_receipted: !new.dues_without,
        contact_mail: new.contact,
        ..row
    }
}
