// What is run on any input, and what must hold of it. Shared by the fuzz targets and by the bounded run
// in `tests/fuzz.rs`.

use mailin::{
    Decision, Facts, Keys, Limits, Mail, TicketFacts, auth, calendar, decide, html, outline, own,
    participants, read, related, safe_name, subject, tag_of, tnef,
};

fn tight() -> Limits {
    Limits { mail: 2_000, headers: 300, text: 200, html: 400, attachments: 2, recipients: 2, references: 2 }
}

/// A header block, and a text below it.
pub fn headers(data: &[u8]) {
    let raw = [data, b"\n\nle texte\n"].concat();
    for limits in [Limits::default(), tight()] {
        let mail = read(&raw, &limits);
        sound(&mail);
        assert!(mail.to.len() <= limits.recipients && mail.cc.len() <= limits.recipients);
        assert!(mail.references.len() <= limits.references);
    }
}

/// A whole mail.
pub fn mime(data: &[u8]) {
    for limits in [Limits::default(), tight()] {
        let mail = read(data, &limits);
        sound(&mail);
        assert!(mail.text.len() <= limits.text);
        assert!(mail.attachments.len() <= limits.attachments);
        assert_eq!(mail, read(data, &limits), "the same bytes read the same");
    }
    for node in outline(data, &Limits::default()) {
        assert!(node.mime.len() < 10_000 && node.within <= node.depth);
    }
    if let Some(unpacked) = tnef::unpack(data, &tight()) {
        assert!(unpacked.files.len() <= 3 * 3);
    }
}

/// A page of a stranger.
pub fn html(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    let safe = html::sanitise(&source);
    inert(&safe.html);
    let text = html::to_text(&safe.html);
    assert!(!text.contains("<javascript:") && !text.contains('\0'));
    inert(&html::place_images(&safe.html, |cid| (!cid.is_empty()).then(|| "/attachments/7?a=1&b=2".into())));
}

/// A mail and what may be decided of it.
pub fn deciding(data: &[u8]) {
    let keys = Keys::new(&[7; 32], "asso.example");
    let mail = read(data, &tight());
    let verdict = auth::verdict(&mail, &["mx.asso.example"]);
    let ticket = |id: i64| TicketFacts {
        ticket_id: id,
        participants: mail.from.iter().map(|f| f.address.clone()).take(1).collect(),
        merged_into: (id % 3 == 0).then_some(id + 1),
        subject: "Accès".into(),
    };
    let named = mail.thread_ids().iter().filter_map(|id| keys.own_id(id)).map(|(_, id)| ticket(id)).collect();
    let facts =
        Facts { plus: None, references: named, tag: tag_of(&mail.subject).map(ticket), auth: verdict };
    let decision = decide(&mail, &facts);
    if facts.references.is_empty() && facts.tag.is_none() {
        assert!(matches!(decision, Decision::New { linked_to: None, .. }), "out of nothing: {decision:?}");
    }
    assert!(related(&facts, &decision).len() <= facts.references.len());
    assert_eq!(own::find(&keys, &mail).is_some(), own::find(&keys, &mail).is_some());
    assert!(participants::by_copy(&mail, |_| false).iter().all(|m| m.address.contains('@')));
    let bare = subject::bare(&mail.subject);
    assert_eq!(subject::bare(&bare), bare, "bare subjects stay bare");
    assert!(!subject::new_subject(&mail.subject, &mail.subject));
    for event in calendar::read(&String::from_utf8_lossy(data)) {
        assert!(!event.text(&calendar::Words::FRENCH).is_empty());
        assert!(!event.text(&calendar::Words::ENGLISH).is_empty());
    }
}

/// Holds of every mail: no line of its text is lost, nothing that a database or a disk refuses.
fn sound(mail: &Mail) {
    let folded = format!("{}\n{}\n{}", mail.parts.new_text, mail.parts.quoted, mail.parts.signature);
    assert_eq!(said(&mail.text), said(&folded), "a line was lost in folding");
    assert!(!mail.text.contains(['\0', '\r']) && !mail.subject.contains(['\0', '\n']));
    let people = mail.from.iter().chain(&mail.sender).chain(&mail.to).chain(&mail.cc).chain(&mail.reply_to);
    for one in people {
        assert!(!one.address.contains(['\0', '\n', '\r']));
        assert!(one.name.as_ref().is_none_or(|n| !n.contains(['\0', '\n', '\r'])));
    }
    for file in &mail.attachments {
        assert!(!file.name.is_empty() && file.name.len() <= 120 && !file.name.contains(['/', '\\', '\0']));
        assert_eq!(safe_name(&file.name, 1, &file.mime), file.name);
    }
    if let Some(page) = &mail.html {
        inert(page);
    }
}

fn said(text: &str) -> Vec<&str> {
    let mut all: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    all.sort_unstable();
    all
}

/// Every tag and attribute is one that we chose, every link is a link.
fn inert(safe: &str) {
    const TAGS: &str = " a abbr acronym address b bdi bdo big blockquote br caption center cite code col colgroup \
        data dd del dfn div dl dt em font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li mark nav ol p \
        pre q rtc s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var ";
    const ATTRIBUTES: &str = " href rel target lang dir alt width height data-cid data-remote colspan rowspan \
        align valign start type value color src ";
    let mut rest = safe;
    while let Some((_, after)) = rest.split_once('<') {
        let after = after.trim_start_matches('/');
        let length = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (name, tail) = after.split_at(length);
        assert!(TAGS.contains(&format!(" {name} ")), "<{name}> is left: {safe}");
        rest = tail;
        while !rest.starts_with('>') {
            let (attribute, value) = rest.split_once("=\"").unwrap_or_else(|| panic!("an odd tag: {safe}"));
            let attribute = attribute.trim();
            assert!(ATTRIBUTES.contains(&format!(" {attribute} ")), "{attribute} is left: {safe}");
            let (value, later) = value.split_once('"').unwrap_or_else(|| panic!("an open value: {safe}"));
            let value = value.trim().to_lowercase();
            let link = ["http:", "https:", "mailto:"].iter().any(|s| value.starts_with(s));
            assert!(attribute != "href" || link, "{value} is left");
            assert!(attribute != "src" || value.starts_with("/attachments/"), "{value} is loaded");
            rest = later;
        }
        rest = &rest[1..];
    }
}
