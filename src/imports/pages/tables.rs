//! Tables of gifts of other tools: their names and their columns.

use moneyin::generic::{Field, Mapping};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};
use serde_json::{Value, json};

use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::imports::forms::{Name, TableForm};
use crate::imports::{actions, queries};
use crate::platform::{Failure, Say, Stop};
use crate::web::{Answer, Frame, Reply};

/// Pages of this room.
pub fn routes() -> Vec<Route> {
    routes![tables, name, columns, map]
}

fn crumbs(frame: &Frame, last: Option<&str>) -> Value {
    let mut crumbs = vec![json!({ "href": "/imports", "label": frame.word("imports-title") })];
    let here = frame.word("imports-tables");
    match last {
        None => crumbs.push(json!({ "href": null, "label": here })),
        Some(last) => {
            crumbs.push(json!({ "href": "/imports/tables", "label": here }));
            crumbs.push(json!({ "href": null, "label": last }));
        }
    }
    Value::Array(crumbs)
}

async fn list(
    frame: &Frame,
    writes: bool,
    (typed, refused): (&str, Option<String>),
) -> Result<Value, Failure> {
    let all = queries::tables::all(frame.core.db.read()).await?;
    let rows = all.iter().map(|table| {
        let mapping: Mapping = serde_json::from_str(&table.mapping).unwrap_or_default();
        json!({ "id": table.id, "name": table.name, "columns": mapping.columns.len() })
    });
    let errors: Vec<Value> = refused.iter().map(|text| json!({ "field": "name", "text": text })).collect();
    Ok(json!({
        "crumbs": crumbs(frame, None), "rows": rows.collect::<Vec<_>>(), "writes": writes, "typed": typed,
        "refused": refused, "errors": errors,
    }))
}

#[get("/imports/tables", rank = 1)]
async fn tables(who: ReadMoney) -> Reply {
    let view = list(&who, may(who.member.role, Permission::WriteMoney), ("", None)).await?;
    who.page("pages/imports/tables", &who.word("imports-tables"), &view)
}

#[post("/imports/tables", data = "<form>")]
async fn name(who: WriteMoney, form: Form<Name<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::name_table(&tx, form.name).await)? {
        Ok(id) => {
            tx.commit().await?;
            Ok(Answer::go(format!("/imports/tables/{id}")))
        }
        Err(why) => {
            drop(tx);
            let view = list(&who, true, (form.name, Some(who.say(&why.say())))).await?;
            who.refused_page("pages/imports/tables", &who.word("imports-tables"), &view)
        }
    }
}

#[get("/imports/tables/<id>", rank = 1)]
async fn columns(who: WriteMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(table) = queries::tables::one(conn, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let mapping = queries::tables::mapping(conn, Some(id)).await?;
    let fields = Field::ALL.iter().map(|field| {
        json!({
            "name": format!("column[{}]", field.code()), "label": who.word(word(*field)),
            "value": mapping.columns.get(field),
            "hint": who.say(&Say::new("imports-table-called").with("names", called(*field))),
        })
    });
    let view = json!({
        "id": id, "crumbs": crumbs(&who, Some(&table.name)), "name": table.name, "month_first": mapping.month_first,
        "fields": fields.collect::<Vec<_>>(),
    });
    who.page("pages/imports/table", &table.name, &view)
}

/// Some of the names that speak for themselves.
fn called(field: Field) -> String {
    field.called().iter().take(3).copied().collect::<Vec<_>>().join(", ")
}

#[post("/imports/tables/<id>/columns", data = "<form>")]
async fn map(who: WriteMoney, id: i64, form: Form<TableForm>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::map_table(&tx, id, &form.mapping()).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/imports", who.word("imports-table-kept")))
        }
        Err(_) => Ok(Answer::Error(Status::NotFound)),
    }
}

const fn word(field: Field) -> &'static str {
    match field {
        Field::Date => "imports-field-date",
        Field::Amount => "imports-field-amount",
        Field::Fee => "imports-field-fee",
        Field::Reference => "imports-field-reference",
        Field::Method => "imports-field-method",
        Field::Status => "imports-field-status",
        Field::Currency => "imports-field-currency",
        Field::LastName => "imports-field-last-name",
        Field::FirstNames => "imports-field-first-names",
        Field::Name => "imports-field-name",
        Field::Organisation => "imports-field-organisation",
        Field::Siren => "imports-field-siren",
        Field::Mail => "imports-field-mail",
        Field::Street => "imports-field-street",
        Field::MoreStreet => "imports-field-more-street",
        Field::PostalCode => "imports-field-postal-code",
        Field::City => "imports-field-city",
        Field::Country => "imports-field-country",
        Field::Campaign => "imports-field-campaign",
        Field::PaidOutOn => "imports-field-paid-out-on",
        Field::ReceivedOn => "imports-field-received-on",
        Field::ReceiptElsewhere => "imports-field-receipt-elsewhere",
        Field::Kind => "imports-field-kind",
        Field::Comment => "imports-field-comment",
    }
}
