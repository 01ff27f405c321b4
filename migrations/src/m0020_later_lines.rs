//! The lines that took the place of another are found by its name.

crate::sql::change!("m0020_later_lines", UP, DOWN);

const UP: &str = r"
sqlite|CREATE INDEX gift_later ON gift (source, substr(external_id, 1, instr(external_id, '#') - 1)) WHERE instr(external_id, '#') > 1;
pg|CREATE INDEX gift_later ON gift (source, split_part(external_id, '#', 1)) WHERE strpos(external_id, '#') > 1;
";

const DOWN: &str = r"
DROP INDEX gift_later;
";
