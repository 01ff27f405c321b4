//! The association's identity: what receipts say of it, and how it counts.

use std::collections::BTreeMap;

use entities::association;
use rules::address::PostalAddress;
use rules::gift::{Caps, DatePolicy};
use rules::receipt::{category, facts::SignerFacts, input};
use rules::words::Spelling;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect,
};
use serde_json::json;

use crate::platform::{Failure, Tx, settings};

/// The identity, if the wizard was finished.
pub async fn get(conn: &impl ConnectionTrait) -> Result<Option<association::Model>, Failure> {
    Ok(association::Entity::find_by_id(1).one(conn).await?)
}

/// The same, kept from others until the transaction ends.
pub async fn get_locked(tx: &Tx) -> Result<Option<association::Model>, Failure> {
    Ok(association::Entity::find_by_id(1).lock(LockType::Update).one(tx.conn()).await?)
}

/// An identity to fill in: what a French association usually is.
pub fn blank(tx: &Tx) -> association::Model {
    association::Model {
        id: 1,
        name: String::new(),
        siren: None,
        rna: None,
        street: String::new(),
        postal_code: String::new(),
        city: String::new(),
        country: "FR".into(),
        object: String::new(),
        category: category::DEFAULT.into(),
        category_sub_box: Some(category::DEFAULT_SUB_BOX.into()),
        category_detail: None,
        category_date: None,
        signer_name: String::new(),
        signer_quality: String::new(),
        signature_blob: None,
        articles: "200".into(),
        receipt_prefix: "RF".into(),
        receipt_last_number: 0,
        receipt_first_year: 0,
        words_spelling: "traditional".into(),
        date_policy: "payment_day".into(),
        date_policies: "{}".into(),
        receipts_abroad: false,
        contact_mail: String::new(),
        set_up_at: tx.at,
        version: 0,
        dues_receipted: true,
    }
}

/// Keeps the identity. `street` holds one or two lines; what is missing is told when a receipt is made.
pub async fn save(tx: &Tx, identity: association::Model) -> Result<(), Failure> {
    let before = get(tx.conn()).await?;
    settings::set(tx, "association.name", identity.name.trim()).await?;
    let detail = json!({
        "name": identity.name, "siren": identity.siren, "rna": identity.rna, "category": identity.category,
        "signer": identity.signer_name, "signature": identity.signature_blob, "date_policy": identity.date_policy,
        "date_policies": identity.date_policies, "dues_receipted": identity.dues_receipted,
        "was": before.as_ref().map(|b| json!({ "name": b.name, "signer": b.signer_name, "date_policy": b.date_policy })),
    });
    let version = before.as_ref().map_or(1, |b| b.version + 1);
    let mut row = identity.into_active_model().reset_all();
    row.version = Set(version);
    match before {
        Some(_) => association::Entity::update(row).exec(tx.conn()).await.map(|_| ())?,
        None => association::Entity::insert(row).exec_without_returning(tx.conn()).await.map(|_| ())?,
    }
    tx.audit("association.save", ("association", 1), detail).await
}

/// What the rules of receipts ask of the association; caps are those that come with the program.
pub fn for_receipts(identity: &association::Model) -> input::Association {
    let of_date = identity.category_date.map(|day| rules::dates::long(day, rules::lang::Lang::Fr));
    let lines: Vec<&str> = identity.street.lines().collect();
    input::Association {
        name: identity.name.clone(),
        siren: identity.siren.clone(),
        rna: identity.rna.clone(),
        address: PostalAddress::tidy(&lines, &identity.postal_code, &identity.city, &identity.country),
        object: identity.object.clone(),
        category: identity.category.clone(),
        sub_box: identity.category_sub_box.clone(),
        category_precision: of_date.or_else(|| identity.category_detail.clone()),
        articles: identity.articles.split_whitespace().map(str::to_owned).collect(),
        spelling: Spelling::parse(&identity.words_spelling).unwrap_or_default(),
        signer: Some(SignerFacts {
            name: identity.signer_name.clone(),
            quality: identity.signer_quality.clone(),
            image_sha256: identity.signature_blob.clone(),
        }),
        dues_without_receipt: !identity.dues_receipted,
        caps: Caps::default(),
    }
}

/// Payment tools whose day may be another one than the general one: sources of the ledger.
pub const TOOLS: [&str; 4] = ["helloasso", "stripe", "paypal", "sepa"];

/// Which day counts for money that comes through an account, for each source of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    general: DatePolicy,
    by_tool: BTreeMap<String, DatePolicy>,
}

impl Policies {
    /// Those that the association chose; the payment day before it chose any.
    pub async fn get(conn: &impl ConnectionTrait) -> Result<Self, Failure> {
        Ok(self::get(conn).await?.map_or_else(Self::unset, |identity| Self::of(&identity)))
    }

    fn unset() -> Self {
        Self { general: DatePolicy::PaymentDay, by_tool: BTreeMap::new() }
    }

    /// Those of an identity.
    pub fn of(identity: &association::Model) -> Self {
        let general = DatePolicy::parse(&identity.date_policy).unwrap_or(DatePolicy::PaymentDay);
        let kept: BTreeMap<String, String> =
            serde_json::from_str(&identity.date_policies).unwrap_or_default();
        let read = |(tool, code): (String, String)| Some((tool, DatePolicy::parse(&code)?));
        Self { general, by_tool: kept.into_iter().filter_map(read).collect() }
    }

    /// That of a source.
    pub fn for_source(&self, source: &str) -> DatePolicy {
        self.by_tool.get(source).copied().unwrap_or(self.general)
    }

    /// That of a tool, where it has one of its own.
    pub fn own(&self, tool: &str) -> Option<DatePolicy> {
        self.by_tool.get(tool).copied()
    }
}
