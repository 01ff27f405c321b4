//! Mails written for this project, each beside what must come out of it. `UPDATE_CORPUS=1 cargo test
//! -p mailin --test corpus` writes the expectations anew: read the difference before you keep it.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;

use mailin::{Limits, read};
use serde_json::{Value, json};

#[test]
fn each_mail_reads_as_expected() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    #[allow(clippy::disallowed_methods)] // a developer's switch, not configuration
    let update = std::env::var_os("UPDATE_CORPUS").is_some();
    let (mut count, mut wrong) = (0, Vec::new());
    let mut mails: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
    mails.sort();
    for path in mails.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        count += 1;
        let mail = read(&std::fs::read(path).unwrap(), &Limits::default());
        let mut got = serde_json::to_value(&mail).unwrap();
        for (shown, file) in got["attachments"].as_array_mut().unwrap().iter_mut().zip(&mail.attachments) {
            shown["size"] = file.bytes.len().into();
        }
        got.as_object_mut().unwrap().retain(|_, v| *v != Value::Null && *v != json!([]) && *v != json!(""));
        let expected = path.with_extension("expect.json");
        let text = format!("{}\n", serde_json::to_string_pretty(&got).unwrap());
        if update {
            std::fs::write(&expected, &text).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != text {
            wrong.push(format!("{}:\n{text}", path.display()));
        }
    }
    assert!(count >= 200);
    assert!(wrong.is_empty(), "{} mails read otherwise than expected:\n{}", wrong.len(), wrong.join("\n"));
    let orphans = mails.iter().filter(|p| p.extension().is_some_and(|e| e == "json"));
    let orphans: Vec<_> = orphans
        .filter(|p| !Path::new(&p.to_string_lossy().replace(".expect.json", ".eml")).exists())
        .collect();
    assert!(orphans.is_empty(), "expectations without a mail: {orphans:?}");
}
