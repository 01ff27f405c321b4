//! From the first mail to the closed ticket.

use chrono::TimeDelta;
use rocket::http::Status;
use soutien::tickets::actions::acknowledge::token;

use super::{agent, mail, messages, promises, the_ticket, ticketed};
use crate::house::House;

const LEA: &str = "Léa Martin <lea@personne.example>";

/// The one human reply that left.
fn reply_of(house: &House) -> mailin::Mail {
    house.mails().into_iter().find(|m| m.machine.is_none()).unwrap()
}

fn first(id: &str) -> String {
    mail(LEA, "Accès perdu", id, "", "Bonjour,\n\nje n’arrive plus à entrer dans mon compte.\n\nMerci, Léa")
}

#[tokio::test]
async fn a_mail_gets_an_acknowledgement_then_a_human_reply_and_is_closed() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@personne.example")).await;
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1, "one acknowledgement");
    let ack = &mails[0];
    assert!(ack.machine.is_some(), "it says that it is automatic");
    assert!(ack.text.contains("Vous êtes la prochaine personne"), "{}", ack.text);
    assert!(ack.text.contains("ne pouvons pas encore dire"), "honest when unknown: {}", ack.text);
    assert!(ack.text.contains(&format!("/t/{}", token(&house.core, id))));
    assert_eq!(ack.in_reply_to, ["a1@personne.example"]);
    assert_eq!(house.core.mail_ids().ticket_of(&ack.reply_to[0].address), Some(id));

    agent.get("/tickets").await.says("Léa Martin").says("Accès perdu").says("je n’arrive plus");
    let taken = agent.post("/tickets/next", &[]).await;
    assert_eq!(taken.location.as_deref(), Some(format!("/tickets/{id}").as_str()));
    let page = agent.follow(&taken).await;
    page.says("attend une réponse depuis").says("Envoyer à Léa Martin");

    let refused = agent.post(&format!("/tickets/{id}/closure"), &[]).await;
    agent.follow(&refused).await.says("une réponse est due depuis");
    assert_eq!(the_ticket(&house, id).await.state, "open");

    let words = "Bonjour Léa,\n\nvotre **compte** est rouvert : essayez de nouveau.";
    let sent = agent.post(&format!("/tickets/{id}/replies"), &[("text", words), ("then", "close")]).await;
    assert_eq!(sent.status, Status::SeeOther, "{}", sent.body);
    assert_eq!(the_ticket(&house, id).await.promise, "answering");
    agent.follow(&sent).await.says("La reprendre");
    house.work().await;
    assert_eq!(house.mails().len(), 1, "nothing leaves within 15 seconds");
    house.wait(TimeDelta::seconds(16));
    house.work().await;
    let mails = house.mails();
    let reply = mails.last().unwrap();
    assert_eq!(mails.len(), 2);
    assert!(reply.machine.is_none(), "a human reply never says it is automatic");
    assert!(reply.text.contains("votre **compte** est rouvert") || reply.text.contains("compte"));
    assert!(reply.html.as_ref().unwrap().contains("<strong>compte</strong>"));
    assert!(reply.parts.quoted.contains("> je n’arrive plus"), "{:?}", reply.parts);
    assert_eq!(reply.in_reply_to, ["a1@personne.example"]);
    assert!(reply.references.contains(&"a1@personne.example".to_owned()));
    let closed = the_ticket(&house, id).await;
    assert_eq!((closed.state.as_str(), closed.promise.as_str()), ("closed", "answered"));
    let kept = promises(&house).await;
    assert_eq!((kept.len(), kept[0].state.as_str(), kept[0].member_id), (1, "answered", Some(1)));
}

#[tokio::test]
async fn a_reply_taken_back_never_leaves_and_is_owed_as_before() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@x.example")).await;
    let owed_since = the_ticket(&house, id).await.owed_since;
    house.wait(TimeDelta::minutes(5));
    agent.get(&format!("/tickets/{id}")).await;
    let words = "Nous regardons cela ensemble demain.";
    agent.post(&format!("/tickets/{id}/replies"), &[("text", words)]).await;
    let reply = messages(&house).await.into_iter().find(|m| m.kind == "reply").unwrap();
    let back = agent.post(&format!("/tickets/{id}/replies/{}/take-back", reply.id), &[]).await;
    agent.follow(&back).await.says("rien n’est parti").says("Nous regardons cela ensemble demain.");
    house.wait(TimeDelta::minutes(5));
    house.work().await;
    assert_eq!(house.mails().len(), 1, "only the acknowledgement");
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.promise.as_str(), ticket.owed_since), ("owed", owed_since));
    agent.post(&format!("/tickets/{id}/replies"), &[("text", words)]).await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    let late = messages(&house).await.into_iter().rfind(|m| m.kind == "reply").unwrap();
    let refused = agent.post(&format!("/tickets/{id}/replies/{}/take-back", late.id), &[]).await;
    agent.follow(&refused).await.says("trop tard");
}

#[tokio::test]
async fn a_new_message_reopens_and_a_reminder_keeps_its_place() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@x.example")).await;
    let began = the_ticket(&house, id).await.owed_since.unwrap();
    house.wait(TimeDelta::hours(3));
    let again =
        mail(LEA, "Re: Accès perdu", "a2@x.example", "In-Reply-To: <a1@x.example>\r\n", "Avez-vous vu ?");
    assert_eq!(ticketed(&house, again).await, id, "joined by its reference");
    assert_eq!(the_ticket(&house, id).await.owed_since, Some(began), "a reminder neither jumps nor loses");
    agent.get(&format!("/tickets/{id}")).await;
    agent
        .post(
            &format!("/tickets/{id}/replies"),
            &[("text", "Oui, tout est réparé depuis midi."), ("then", "close")],
        )
        .await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(the_ticket(&house, id).await.state, "closed");
    house.wait(TimeDelta::days(3));
    let reply = reply_of(&house);
    let thanks = format!("In-Reply-To: <{}>\r\n", reply.message_id.unwrap());
    let later = mail(LEA, "Re: Accès perdu", "a3@x.example", &thanks, "Cela ne marche toujours pas.");
    assert_eq!(ticketed(&house, later).await, id);
    let open = the_ticket(&house, id).await;
    assert_eq!((open.state.as_str(), open.promise.as_str()), ("open", "owed"));
    assert_eq!(open.owed_since, Some(house.core.clock.now()));
    house.work().await;
    assert_eq!(house.mails().len(), 2, "one acknowledgement per ticket, no more");
}

#[tokio::test]
async fn what_a_person_writes_while_a_reply_leaves_is_owed_another() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@x.example")).await;
    agent.get(&format!("/tickets/{id}")).await;
    agent
        .post(
            &format!("/tickets/{id}/replies"),
            &[("text", "Oui, tout est réparé depuis midi."), ("then", "close")],
        )
        .await;
    house.wait(TimeDelta::seconds(5));
    let at = house.core.clock.now();
    let more =
        mail(LEA, "Re: Accès", "a2@x.example", "References: <a1@x.example>\r\n", "Et mon autre compte ?");
    ticketed(&house, more).await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.state.as_str(), ticket.promise.as_str()), ("open", "owed"));
    assert_eq!(ticket.owed_since, Some(at));
    let states: Vec<_> = promises(&house).await.into_iter().map(|p| p.state).collect();
    assert_eq!(states, ["answered", "owed"]);
}

#[tokio::test]
async fn a_bounced_reply_owes_again_with_its_first_date_and_reopens() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@x.example")).await;
    let began = the_ticket(&house, id).await.owed_since;
    house.wait(TimeDelta::days(1));
    agent.get(&format!("/tickets/{id}")).await;
    agent
        .post(
            &format!("/tickets/{id}/replies"),
            &[("text", "Oui, tout est réparé depuis midi."), ("then", "close")],
        )
        .await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(the_ticket(&house, id).await.state, "closed");
    house.wait(TimeDelta::days(10));
    let reply = reply_of(&house).message_id.unwrap();
    let bounce = format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: contact@asso.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@mx.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI could not deliver it.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; lea@personne.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{reply}>\r\n\r\n--b--\r\n"
    );
    assert_eq!(ticketed(&house, bounce).await, id);
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.state.as_str(), ticket.promise.as_str()), ("open", "owed"));
    assert_eq!(ticket.owed_since, began, "its first date");
    let message = messages(&house).await.into_iter().find(|m| m.kind == "reply").unwrap();
    assert_eq!(message.state, "failed");
    assert!(promises(&house).await.iter().all(|p| p.state != "answered"), "nothing was answered after all");
    house.work().await;
    assert_eq!(house.mails().len(), 2, "no automatic mail goes back to a machine");
    agent.get(&format!("/tickets/{id}")).await.says("Revenue").says("due de nouveau");
}

#[tokio::test]
async fn a_person_answers_on_their_own_page() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, first("a1@x.example")).await;
    agent.get(&format!("/tickets/{id}")).await;
    agent.post(&format!("/tickets/{id}/notes"), &[("text", "Note secrète entre nous")]).await;
    agent.post(&format!("/tickets/{id}/replies"), &[("text", "Avez-vous essayé le lien de secours ?")]).await;
    let link = format!("/t/{}", token(&house.core, id));
    let mut lea = house.visitor().await;
    let before = lea.get(&link).await;
    assert!(!before.body.contains("lien de secours"), "what can be taken back is not shown");
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    let page = lea.get(&link).await;
    page.says("lien de secours").says("plus à entrer");
    assert!(!page.body.contains("secrète"), "notes are ours");
    let empty = lea.post_files(&link, &[("message", " ")], &[]).await;
    assert_eq!(empty.status, Status::UnprocessableEntity);
    let file: &[u8] = b"%PDF-1.4 capture";
    let sent = lea
        .post_files(
            &link,
            &[("message", "Oui, sans succès <b>hélas</b>")],
            &[("files", "capture <b>.pdf", "application/pdf", file)],
        )
        .await;
    lea.follow(&sent).await.says("Votre message est bien arrivé").says("&lt;b&gt;hélas&lt;/b&gt;");
    let ticket = the_ticket(&house, id).await;
    assert_eq!(ticket.promise, "owed");
    let shown = agent.get(&format!("/tickets/{id}")).await;
    shown.says("hélas").says("pdf");
    let href =
        shown.body.split("href=\"").find(|h| h.contains("/files/")).unwrap().split('"').next().unwrap();
    let got = agent.get(href).await;
    assert_eq!(got.bytes, file);
    assert!(got.header("Content-Disposition").unwrap().starts_with("attachment"));
    assert_eq!(lea.get(&link.replace("/t/", "/t/9")).await.status, Status::NotFound);
    assert_eq!(lea.get(&format!("{link}x")).await.status, Status::NotFound);
}
