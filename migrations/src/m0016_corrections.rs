//! A file may hold corrected lines of another one.

crate::sql::change!("m0016_corrections", UP, DOWN);

const UP: &str = r#"
ALTER TABLE import_file ADD COLUMN corrects_id BIGINT;
CREATE INDEX import_file_corrects ON import_file (corrects_id) WHERE corrects_id IS NOT NULL;
"#;

const DOWN: &str = r#"
DROP INDEX import_file_corrects;
ALTER TABLE import_file DROP COLUMN corrects_id;
"#;
