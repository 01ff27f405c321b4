//! Proofs: kept with a line, looked at, withdrawn; and the lines that lack one.

use rocket::form::Form;
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::{FromForm, Route, get, post, routes};

use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donations::actions::proofs::{self, File, NewProof};
use crate::donations::forms::ProofForm;
use crate::donations::line::Refusal;
use crate::donations::queries;
use crate::donations::views::LackingView;
use crate::donors;
use crate::platform::pictures::mime;
use crate::platform::{Core, Failure, Stop};
use crate::web::paging::{self, PAGE};
use crate::web::{Answer, Reply, files};

/// Pages of this subject.
pub(super) fn routes() -> Vec<Route> {
    routes![lacking, add, show, withdraw]
}

/// The file that was sent, stored, and the place that was told.
pub(super) async fn kept(core: &Core, file: Option<&TempFile<'_>>, place: &str) -> Result<NewProof, Failure> {
    let sent = file.filter(|file| file.len() > 0).and_then(|file| Some((file, file.path()?)));
    let file = match sent {
        None => None,
        Some((file, path)) => {
            let mime = type_of(&files::beginning(path).await?);
            let stored = core.blobs.put_file(path.to_owned()).await?;
            Some(File { stored, name: files::name(file), mime })
        }
    };
    Ok(NewProof { file, place: place.into() })
}

fn type_of(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"%PDF-") {
        "application/pdf"
    } else {
        mime(bytes).unwrap_or("application/octet-stream")
    }
}

/// Lines that lack a proof.
#[get("/gifts/proofs?<after>", rank = 1)]
async fn lacking(who: ReadMoney, after: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let mut lines = queries::proofs::page_lacking(conn, paging::read(after), PAGE + 1).await?;
    let more = paging::has_more(&mut lines);
    let next = lines.last().filter(|_| more);
    let next = next.map(|line| format!("/gifts/proofs?after={}", paging::cursor(&line.id)));
    let donors: Vec<i64> = lines.iter().filter_map(|line| line.donor_id).collect();
    let names = donors::queries::names(conn, &donors).await?;
    let view = LackingView::new(&who, &lines, &names, next);
    who.page("pages/donations/proofs", &who.word("proofs-title"), &view)
}

#[post("/gifts/<id>/proofs", data = "<form>")]
async fn add(who: WriteMoney, id: i64, form: Form<ProofForm<'_>>) -> Reply {
    let proof = kept(&who.core, form.proof.as_ref(), form.proof_place).await?;
    let back = format!("/gifts/{id}");
    let tx = who.tx().await?;
    match Stop::split(proofs::add(&who.core, &tx, id, &proof).await)? {
        Ok(_) => {
            tx.commit().await?;
            Ok(Answer::done(back, who.word("proofs-added")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(back, who.say(&why.say()))),
    }
}

#[get("/gifts/<id>/proofs/<proof>")]
async fn show(who: ReadMoney, id: i64, proof: i64) -> Reply {
    let found = queries::proofs::get(who.core.db.read(), id, proof).await?;
    let kept = found.and_then(|row| Some((row.blob?, row.name, row.mime)));
    files::answer(&who, kept).await
}

#[derive(FromForm)]
struct Withdrawal<'r> {
    #[field(default = "")]
    reason: &'r str,
}

#[post("/gifts/<id>/proofs/<proof>/withdraw", data = "<form>")]
async fn withdraw(who: WriteMoney, id: i64, proof: i64, form: Form<Withdrawal<'_>>) -> Reply {
    let back = format!("/gifts/{id}");
    let tx = who.tx().await?;
    match Stop::split(proofs::withdraw(&tx, id, proof, form.reason).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(back, who.word("proofs-withdrawn")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(back, who.say(&why.say()))),
    }
}
