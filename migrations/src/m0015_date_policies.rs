//! Which day counts may be another one for a payment tool than for everything else (law G1).

crate::sql::change!("m0015_date_policies", UP, DOWN);

const UP: &str = r#"
ALTER TABLE association ADD COLUMN date_policies TEXT NOT NULL DEFAULT '{}';
"#;

const DOWN: &str = r#"
ALTER TABLE association DROP COLUMN date_policies;
"#;
