//! Tables of gifts of any other tool: the columns that a person named, kept under the tool's name.

crate::sql::change!("m0011_tables", UP, DOWN);

const UP: &str = r#"
CREATE TABLE gift_table (
  id {pk},
  name TEXT NOT NULL UNIQUE,
  mapping TEXT NOT NULL,
  created_at {ts} NOT NULL
);
ALTER TABLE import_file ADD COLUMN table_id BIGINT;
"#;

const DOWN: &str = r#"
ALTER TABLE import_file DROP COLUMN table_id;
DROP TABLE gift_table;
"#;
