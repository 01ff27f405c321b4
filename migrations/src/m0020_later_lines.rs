//! The lines that took the place of another are found by its name; who said which gift a refund is about.

crate::sql::change!("m0020_later_lines", UP, DOWN);

const UP: &str = r"
sqlite|CREATE INDEX gift_later ON gift (source, substr(external_id, 1, instr(external_id, '#') - 1)) WHERE instr(external_id, '#') > 1;
pg|CREATE INDEX gift_later ON gift (source, split_part(external_id, '#', 1)) WHERE strpos(external_id, '#') > 1;
ALTER TABLE movement ADD COLUMN about_by TEXT CHECK (about_by IS NULL OR about IS NOT NULL);
";

const DOWN: &str = r"
ALTER TABLE movement DROP COLUMN about_by;
DROP INDEX gift_later;
";
