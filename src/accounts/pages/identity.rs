//! The association's identity in the settings.

use rocket::form::Form;
use rocket::{Route, get, post, routes};
use tokio::io::AsyncReadExt;

use crate::accounts::actions::Refusal;
use crate::accounts::actions::identity::{keep_signature, save};
use crate::accounts::association;
use crate::accounts::forms::{self, IdentityForm, Typed, Wrong};
use crate::accounts::guards::{Configure, ReadSettings};
use crate::accounts::views::IdentityView;
use crate::platform::blobs::Stored;
use crate::platform::{Core, Failure, Stop};
use crate::web::{Answer, Frame, Reply};
use rules::roles::{Permission, may};

/// Pages of the identity.
pub fn routes() -> Vec<Route> {
    routes![identity, identity_changed, signature]
}

#[get("/settings")]
async fn identity(who: ReadSettings) -> Reply {
    let row = association::get(who.core.db.read()).await?;
    let has_signature = row.as_ref().is_some_and(|r| r.signature_blob.is_some());
    let typed = row.map_or_else(Typed::blank, Into::into);
    let may_change = may(who.member.role, Permission::Configure);
    let view = IdentityView::new(&who, "/settings", typed, &[]).for_reading(may_change, has_signature);
    who.page("pages/accounts/settings", &who.word("settings-title"), &view)
}

#[post("/settings", data = "<form>")]
async fn identity_changed(who: Configure, mut form: Form<IdentityForm<'_>>) -> Reply {
    let mut typed = form.typed();
    let signature = match picture(&who.core, &mut form, &mut typed).await? {
        Ok(kept) => kept,
        Err(wrong) => return refused(&who, typed, &[wrong]).await,
    };
    let new = match forms::identity(&typed, signature) {
        Ok(new) => new,
        Err(wrongs) => return refused(&who, typed, &wrongs).await,
    };
    let tx = who.tx().await?;
    let version = typed.version.parse().unwrap_or(0);
    match Stop::split(save(&who.core, &tx, new, version).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/settings", who.word("settings-saved")))
        }
        Err(refusal) => {
            drop(tx);
            refused(&who, typed, &[Wrong { field: "", say: refusal.say() }]).await
        }
    }
}

async fn refused(frame: &Frame, typed: Typed, wrongs: &[Wrong]) -> Reply {
    let row = association::get(frame.core.db.read()).await?;
    let has_signature = row.is_some_and(|r| r.signature_blob.is_some());
    let view = IdentityView::new(frame, "/settings", typed, wrongs).for_reading(true, has_signature);
    frame.refused_page("pages/accounts/settings", &frame.word("settings-title"), &view)
}

/// The picture that was chosen now, or the one that was stored when the form came back refused. Its name
/// travels in the form, sealed, so that nobody has to choose the file twice.
pub(super) async fn picture(
    core: &Core,
    form: &mut IdentityForm<'_>,
    typed: &mut Typed,
) -> Result<Result<Option<Stored>, Wrong>, Failure> {
    let Some(file) = form.signature.as_ref().filter(|file| file.len() > 0) else {
        let kept = unseal(core, &typed.kept);
        if kept.is_none() {
            typed.kept.clear();
        }
        return Ok(Ok(kept));
    };
    let mut bytes = Vec::new();
    let most = reports::image::MAX_BYTES as u64 + 1;
    file.open().await?.take(most).read_to_end(&mut bytes).await?;
    match Stop::split(keep_signature(core, bytes).await)? {
        Ok(stored) => {
            typed.kept = seal(core, &stored);
            Ok(Ok(Some(stored)))
        }
        Err(refusal) => Ok(Err(Wrong { field: "signature", say: Refusal::say(&refusal) })),
    }
}

fn seal(core: &Core, stored: &Stored) -> String {
    let plain = format!("{} {}", stored.hash, stored.size);
    format!("{plain} {}", core.keys.seal("signature", &plain))
}

fn unseal(core: &Core, kept: &str) -> Option<Stored> {
    let (plain, seal) = kept.rsplit_once(' ')?;
    if !core.keys.is_seal("signature", plain, seal) {
        return None;
    }
    let (hash, size) = plain.split_once(' ')?;
    Some(Stored { hash: hash.to_owned(), size: size.parse().ok()? })
}

/// The picture as it will be printed.
#[get("/settings/signature.png")]
async fn signature(who: ReadSettings) -> Reply {
    let row = association::get(who.core.db.read()).await?;
    let Some(hash) = row.and_then(|r| r.signature_blob) else {
        return Ok(Answer::Error(rocket::http::Status::NotFound));
    };
    let bytes = who.core.blobs.get(&hash).await?;
    Ok(Answer::File { bytes, mime: "image/png".into(), name: "signature.png".into(), inline: true })
}
