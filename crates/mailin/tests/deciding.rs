//! Where a mail goes: forged senders, new subjects, people in copy, machines of many makes.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use mailin::{
    AuthResult, AuthVerdict, Decision, Facts, Limits, MachineKind, Mail, TicketFacts, Via, Why, auth, decide,
    participants, read, related,
};

fn mail(headers: &str) -> Mail {
    read(format!("{headers}\n\nBonjour, je n'arrive plus à me connecter.\n").as_bytes(), &Limits::default())
}

fn ticket(id: i64, subject: &str) -> TicketFacts {
    TicketFacts {
        ticket_id: id,
        participants: vec!["jeanne@exemple.fr".into()],
        merged_into: None,
        subject: subject.into(),
    }
}

fn by_reference(subject: &str) -> Facts {
    Facts { references: vec![ticket(7, subject)], ..Facts::default() }
}

#[test]
fn a_forged_sender_joins_nothing_and_is_shown_beside() {
    let trusted = ["mx.asso.example"];
    let forged = mail(
        "From: jeanne@exemple.fr\nSubject: Re: Accès\n\
        Authentication-Results: mx.asso.example; spf=fail smtp.mailfrom=x.example; dkim=none; dmarc=fail header.from=exemple.fr",
    );
    let auth = auth::verdict(&forged, &trusted);
    let tag = Some(ticket(9, "Autre"));
    let facts = Facts { plus: Some(ticket(7, "Accès")), tag, auth, ..by_reference("Accès") };
    let beside = Decision::New { linked_to: Some(7), why: Why::SenderForged };
    assert_eq!(decide(&forged, &facts), beside, "neither by address, nor by reference, nor by tag");
    let unseen = Facts { auth: None, ..facts.clone() };
    assert!(matches!(decide(&forged, &unseen), Decision::Join { .. }), "nobody looked: nothing changes");
    let nothing_proven = AuthVerdict { spf: AuthResult::SoftFail, ..AuthVerdict::default() };
    let facts = Facts { auth: Some(nothing_proven), ..facts };
    assert!(matches!(decide(&forged, &facts), Decision::Join { .. }), "SPF alone fails for every forwarder");
}

#[test]
fn a_forged_stranger_is_a_stranger() {
    let verdict = AuthVerdict { dmarc: AuthResult::Fail, ..AuthVerdict::default() };
    let facts = Facts { auth: Some(verdict), ..by_reference("Accès") };
    let stranger = mail("From: intrus@ailleurs.example\nSubject: Re: Accès");
    assert_eq!(decide(&stranger, &facts), Decision::New { linked_to: Some(7), why: Why::SenderTakesNoPart });
    assert_eq!(
        decide(&stranger, &Facts { auth: facts.auth, ..Facts::default() }),
        Decision::New { linked_to: None, why: Why::NoTicketNamed }
    );
}

#[test]
fn a_new_subject_on_an_old_reference_is_offered_for_splitting() {
    let joined = |subject: &str, facts: &Facts| match decide(
        &mail(&format!("From: jeanne@exemple.fr\nSubject: {subject}")),
        facts,
    ) {
        Decision::Join { offers_split, .. } => offers_split,
        other => panic!("{other:?}"),
    };
    let facts = by_reference("[#7] Accès au compte Framadrive");
    for same in ["RE : Accès au compte Framadrive", "Tr: Re: [#7] accès au compte framadrive", "", "Re: [#7]"]
    {
        assert!(!joined(same, &facts), "{same}");
    }
    assert!(joined("Mon reçu fiscal 2024", &facts));
    // A signed address and a tag say which ticket is meant, whatever the subject.
    let meant = Facts { plus: Some(ticket(7, "Accès")), ..Facts::default() };
    assert!(!joined("Mon reçu fiscal 2024", &meant));
    assert!(!joined("Reçu [#7]", &Facts { tag: Some(ticket(7, "Accès")), ..Facts::default() }));
}

#[test]
fn a_person_in_copy_who_answers_is_recognised() {
    let first =
        mail("From: jeanne@exemple.fr\nTo: aide@asso.example\nCc: Paul <paul@exemple.fr>\nSubject: Accès");
    let mut open = ticket(7, "Accès");
    open.participants
        .extend(participants::by_copy(&first, |a| a == "aide@asso.example").into_iter().map(|m| m.address));
    let answer = mail(
        "From: Paul Durand <Paul@Exemple.FR>\nTo: jeanne@exemple.fr\nCc: aide@asso.example\nSubject: Re: Accès",
    );
    let facts = Facts { references: vec![open], ..Facts::default() };
    assert_eq!(
        decide(&answer, &facts),
        Decision::Join { ticket_id: 7, via: Via::Reference, offers_split: false }
    );
}

#[test]
fn a_mail_that_names_several_tickets_is_related_to_all() {
    let facts =
        Facts { references: vec![ticket(7, "a"), ticket(8, "b"), ticket(7, "a")], ..Facts::default() };
    let decision = decide(&mail("From: jeanne@exemple.fr\nSubject: a"), &facts);
    assert_eq!(related(&facts, &decision), [8]);
    let stranger = decide(&mail("From: x@y.example\nSubject: a"), &facts);
    assert_eq!(related(&facts, &stranger), [8]);
}

fn kind(headers: &str) -> Option<MachineKind> {
    mail(headers).machine.map(|m| m.kind)
}

#[test]
fn answering_machines_of_every_make_are_known_by_their_headers() {
    let person = "From: jeanne@exemple.fr\nSubject: Re: votre message\n";
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "Auto-Submitted: auto-generated; owner-email=x",
        "X-Autoreply: yes",
        "X-Autorespond: Absence",
        "Precedence: auto_reply",
        "X-Apple-Action: Vacation",
        "Return-Path: <>",
        "X-Mailer: Mirapoint Vacation",
    ] {
        assert_eq!(kind(&format!("{person}{header}")), Some(MachineKind::AutoReply), "{header}");
    }
    for none in [
        "Auto-Submitted: no",
        "X-Mailer: Zimbra 8.8",
        "Importance: high",
        "X-Autoreply: no",
        "X-MS-Exchange-Inbox-Rules-Loop: jeanne@exemple.fr",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    ] {
        assert_eq!(kind(&format!("{person}{none}")), None, "{none}");
    }
}

#[test]
fn a_subject_of_absence_counts_only_beside_a_header() {
    let absent = "From: Jeanne <jeanne@exemple.fr>\nSubject: Réponse automatique : Votre reçu";
    assert_eq!(kind(absent), None, "a person may write this subject");
    for header in [
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "X-Mailer: Novell GroupWise 18",
        "X-Mailer: Lotus Notes 9",
    ] {
        assert_eq!(kind(&format!("{absent}\n{header}")), Some(MachineKind::AutoReply), "{header}");
    }
}

#[test]
fn a_person_who_tells_of_a_bounce_is_a_person() {
    for mail_of_a_person in [
        "From: jeanne@exemple.fr\nSubject: Undelivered Mail Returned to Sender",
        "From: jeanne@exemple.fr\nSubject: Fwd: Mail delivery failed: returning message to sender",
        "From: Jean <postmaster@exemple.fr>\nSubject: Nos courriels\n\nNos courriels could not be delivered to you",
        "From: Postmaster de l'asso <jeanne@exemple.fr>\nSubject: Votre courriel n'a pas pu être remis",
    ] {
        assert_eq!(kind(mail_of_a_person), None, "{mail_of_a_person}");
    }
}

#[test]
fn lists_and_bulk_mail_are_labels() {
    let person = "From: jeanne@exemple.fr\nSubject: s\n";
    for (header, wanted) in [
        ("List-Id: <adherents.liste.example>", MachineKind::MailingList),
        ("List-Post: <mailto:l@liste.example>", MachineKind::MailingList),
        ("Precedence: list", MachineKind::MailingList),
        ("Precedence: bulk", MachineKind::Bulk),
        ("List-Unsubscribe: <https://x.example/u>", MachineKind::Bulk),
        ("X-Auto-Response-Suppress: OOF", MachineKind::Bulk),
    ] {
        assert_eq!(kind(&format!("{person}{header}")), Some(wanted), "{header}");
    }
}
