//! Imports run one way. Reads the `use` lines of `src/` and of the crates and names the rule that is broken.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};

/// A room may look at rooms before it, never after it.
const ORDER: [&str; 20] = [
    "platform",
    "web",
    "accounts",
    "donors",
    "donations",
    "campaigns",
    "clearing",
    "imports",
    "hooks",
    "deposits",
    "plans",
    "debits",
    "receipts",
    "merging",
    "periods",
    "tickets",
    "portal",
    "treasury",
    "dashboard",
    "app",
];
/// Rooms above the features: they may look at all of them.
const ABOVE: [&str; 4] = ["check", "demo", "main", "lib"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Lines of code that name `what`, with file and number; comments do not count.
fn naming(folder: &str, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(&root().join(folder)) {
        for (n, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            if !line.trim_start().starts_with("//") && line.contains(what) {
                found.push(format!("{}:{}", file.strip_prefix(root()).unwrap().display(), n + 1));
            }
        }
    }
    found
}

#[test]
fn a_room_never_looks_at_a_room_after_it() {
    let mut broken = Vec::new();
    for (at, room) in ORDER.iter().enumerate() {
        for later in ORDER.iter().skip(at + 1) {
            let folder = if *room == "app" { continue } else { format!("src/{room}") };
            broken.extend(
                naming(&folder, &format!("crate::{later}")).iter().map(|f| format!("{f} uses {later}")),
            );
        }
    }
    assert!(broken.is_empty(), "imports run one way, {}: {broken:#?}", ORDER.join(" < "));
}

#[test]
fn a_feature_reaches_another_only_through_what_it_promises() {
    let mut broken = Vec::new();
    for room in ORDER.iter().skip(2) {
        let others =
            ORDER.iter().skip(2).filter(|other| *other != room && ![*room, **other].contains(&"app"));
        for other in others {
            for part in ["pages", "forms", "views"] {
                broken.extend(naming(&format!("src/{room}"), &format!("crate::{other}::{part}")));
            }
        }
    }
    assert!(broken.is_empty(), "pages, forms and views belong to their feature: {broken:#?}");
}

#[test]
fn the_web_server_is_named_at_the_edge_only() {
    let edge = |file: &str| {
        ["src/web/", "src/app.rs", "src/main.rs"].iter().any(|p| file.starts_with(p))
            || ["pages", "forms", "guards.rs", "mod.rs"].iter().any(|p| file.contains(p))
    };
    let broken: Vec<_> = naming("src", "rocket::").into_iter().filter(|f| !edge(f)).collect();
    assert!(broken.is_empty(), "rocket appears only in app, main, web, guards, pages and forms: {broken:#?}");
}

#[test]
fn the_database_is_named_in_verbs_and_reads_only() {
    let inside = |file: &str| {
        ["src/platform/", "src/check", "src/demo"].iter().any(|p| file.starts_with(p))
            || ["actions", "queries", "association.rs"].iter().any(|p| file.contains(p))
    };
    let broken: Vec<_> = naming("src", "sea_orm").into_iter().filter(|f| !inside(f)).collect();
    assert!(broken.is_empty(), "sea_orm appears only in actions, queries and platform: {broken:#?}");
}

#[test]
fn rules_see_neither_the_web_nor_the_database() {
    for folder in ["crates/rules/src", "crates/mailin/src", "crates/moneyin/src", "reports/src"] {
        for word in ["rocket", "sea_orm"] {
            assert!(naming(folder, &format!("{word}::")).is_empty(), "{folder} names {word}");
        }
    }
}

#[test]
fn every_room_is_in_the_order() {
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        assert!(
            ORDER.contains(&name.as_str()) || ABOVE.contains(&name.as_str()),
            "where does src/{name} stand?"
        );
    }
}
