//! What receipts do for the ledger: they say what a change would make of them, and go with a gift that is taken back.

use rules::lang::Lang;

use super::one;
use crate::accounts::association;
use crate::platform::registrar::{OfYear, Outlook, Paper, Registrar};
use crate::platform::{Core, Failure, Stop, Tx};
use crate::receipts::queries::batch::{self, How};
use crate::receipts::queries::register;

/// The keeper of receipts.
#[derive(Debug)]
pub struct Keeper;

#[async_trait::async_trait]
impl Registrar for Keeper {
    async fn outlook(
        &self,
        core: &Core,
        tx: &Tx,
        of: OfYear,
        asked: bool,
        lang: Lang,
    ) -> Result<Outlook, Failure> {
        let (donor_id, year) = of;
        let Some(identity) = association::get(tx.conn()).await? else { return Ok(Outlook::default()) };
        let facts = association::for_receipts(&identity);
        let how = How { locked: false, abroad: asked || identity.receipts_abroad, asked };
        let mut found = Outlook { standing: standing(tx, of).await?, ..Outlook::default() };
        let Some(batch) = batch::of_donor(tx.conn(), year, &facts, donor_id, how).await? else {
            return Ok(found);
        };
        for planned in batch.planned {
            found.coming.extend(planned.drafts.iter().map(|draft| Paper {
                number: None,
                cents: draft.amount().0,
                gifts: draft.gift_ids().collect(),
            }));
            let left = planned.left_lines.iter().filter(|(_, why)| !why.is_done());
            found.left.extend(left.map(|(id, why)| (*id, why.sentence(core, lang))));
        }
        Ok(found)
    }

    async fn free(&self, _core: &Core, tx: &Tx, number: &str, reason: &str) -> Result<bool, Failure> {
        Ok(Stop::split(one::free(tx, number, reason).await)?.is_ok())
    }

    async fn renew(
        &self,
        core: &Core,
        tx: &Tx,
        number: &str,
        left: Option<i64>,
    ) -> Result<Option<String>, Failure> {
        Ok(one::renew(core, tx, number, left).await?.map(|issued| issued.number))
    }
}

async fn standing(tx: &Tx, of: OfYear) -> Result<Vec<Paper>, Failure> {
    let rows = register::standing(tx.conn(), of).await?;
    let paper = |(number, cents, gifts)| Paper { number: Some(number), cents, gifts };
    Ok(rows.into_iter().map(paper).collect())
}
