//! Two records of one donor become one, and two again when that was wrong: gifts, receipts and mails follow along a
//! merge and in no other way. Names and addresses are compared by keys of their own (`rules::likeness`).

crate::sql::change!("m0010_merging", UP, DOWN);

const UP: &str = r#"
ALTER TABLE donor ADD COLUMN name_key TEXT;
ALTER TABLE donor ADD COLUMN address_key TEXT;
ALTER TABLE donor ADD COLUMN merged_into BIGINT REFERENCES donor (id);
CREATE INDEX donor_name_key ON donor (name_key) WHERE merged_into IS NULL;
CREATE INDEX donor_address_key ON donor (address_key) WHERE merged_into IS NULL;
CREATE INDEX donor_siren ON donor (siren) WHERE siren IS NOT NULL;
CREATE INDEX donor_without_keys ON donor (id) WHERE name_key IS NULL;
CREATE INDEX donor_merged_into ON donor (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE donor_merge (
  id {pk},
  kept_id BIGINT NOT NULL REFERENCES donor (id),
  absorbed_id BIGINT NOT NULL REFERENCES donor (id),
  before TEXT NOT NULL,
  mails TEXT NOT NULL,
  done_by TEXT NOT NULL,
  done_at {ts} NOT NULL,
  undone_by TEXT,
  undone_at {ts},
  CHECK (kept_id <> absorbed_id),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE UNIQUE INDEX donor_merge_open ON donor_merge (absorbed_id) WHERE undone_at IS NULL;
CREATE INDEX donor_merge_kept ON donor_merge (kept_id);

CREATE TABLE donor_merge_part (
  id {pk},
  merge_id BIGINT NOT NULL REFERENCES donor_merge (id),
  kind TEXT NOT NULL CHECK (kind IN ('gift','receipt','mail')),
  row_id BIGINT NOT NULL,
  UNIQUE (merge_id, kind, row_id)
);

CREATE TABLE donor_distinct (
  id {pk},
  one_id BIGINT NOT NULL REFERENCES donor (id) ON DELETE CASCADE,
  other_id BIGINT NOT NULL REFERENCES donor (id) ON DELETE CASCADE,
  said_by TEXT NOT NULL,
  said_at {ts} NOT NULL,
  UNIQUE (one_id, other_id),
  CHECK (one_id < other_id)
);
CREATE INDEX donor_distinct_other ON donor_distinct (other_id);

sqlite|DROP TRIGGER gift_receipted_donor;
sqlite|DROP TRIGGER receipt_frozen;
pg|DROP TRIGGER gift_receipted_donor ON gift;
pg|DROP TRIGGER receipt_frozen ON receipt;
sqlite|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is frozen at issue'); END;
pg|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a receipt is frozen at issue');
sqlite|CREATE TRIGGER receipt_donor BEFORE UPDATE OF donor_id ON receipt WHEN NEW.donor_id <> OLD.donor_id AND NOT EXISTS (SELECT 1 FROM donor_merge WHERE undone_at IS NULL AND ((absorbed_id = OLD.donor_id AND kept_id = NEW.donor_id) OR (kept_id = OLD.donor_id AND absorbed_id = NEW.donor_id))) BEGIN SELECT RAISE(ABORT, 'a receipt follows its donor along a merge, and stays otherwise'); END;
sqlite|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift WHEN EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id AND live) AND (NEW.donor_id IS NULL OR NEW.donor_id <> OLD.donor_id) AND NOT EXISTS (SELECT 1 FROM donor_merge WHERE undone_at IS NULL AND ((absorbed_id = OLD.donor_id AND kept_id = NEW.donor_id) OR (kept_id = OLD.donor_id AND absorbed_id = NEW.donor_id))) BEGIN SELECT RAISE(ABORT, 'a gift that stands on a live receipt keeps its donor'); END;
sqlite|CREATE TRIGGER gift_new_of_merged BEFORE INSERT ON gift WHEN EXISTS (SELECT 1 FROM donor WHERE id = NEW.donor_id AND merged_into IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'the donor was merged into another record'); END;
sqlite|CREATE TRIGGER gift_moved_to_merged BEFORE UPDATE OF donor_id ON gift WHEN EXISTS (SELECT 1 FROM donor WHERE id = NEW.donor_id AND merged_into IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'the donor was merged into another record'); END;
sqlite|CREATE TRIGGER receipt_new_of_merged BEFORE INSERT ON receipt WHEN EXISTS (SELECT 1 FROM donor WHERE id = NEW.donor_id AND merged_into IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'the donor was merged into another record'); END;
pg|CREATE FUNCTION soutien_along_a_merge(a BIGINT, b BIGINT) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT 1 FROM donor_merge WHERE undone_at IS NULL AND ((absorbed_id = a AND kept_id = b) OR (kept_id = a AND absorbed_id = b))) $$;
pg|CREATE FUNCTION soutien_receipt_donor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.donor_id <> OLD.donor_id AND NOT soutien_along_a_merge(OLD.donor_id, NEW.donor_id) THEN RAISE EXCEPTION 'a receipt follows its donor along a merge, and stays otherwise'; END IF; RETURN NEW; END $$;
pg|CREATE TRIGGER receipt_donor BEFORE UPDATE OF donor_id ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_receipt_donor();
pg|CREATE FUNCTION soutien_gift_donor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id AND live) AND NEW.donor_id IS DISTINCT FROM OLD.donor_id AND NOT soutien_along_a_merge(OLD.donor_id, NEW.donor_id) THEN RAISE EXCEPTION 'a gift that stands on a live receipt keeps its donor'; END IF; RETURN NEW; END $$;
pg|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_donor();
pg|CREATE FUNCTION soutien_donor_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.donor_id IS NOT NULL THEN PERFORM 1 FROM donor WHERE id = NEW.donor_id AND merged_into IS NULL FOR KEY SHARE; IF NOT FOUND AND EXISTS (SELECT 1 FROM donor WHERE id = NEW.donor_id) THEN RAISE EXCEPTION 'the donor was merged into another record'; END IF; END IF; RETURN NEW; END $$;
pg|CREATE TRIGGER gift_new_of_merged BEFORE INSERT ON gift FOR EACH ROW EXECUTE FUNCTION soutien_donor_stands();
pg|CREATE TRIGGER gift_moved_to_merged BEFORE UPDATE OF donor_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_donor_stands();
pg|CREATE TRIGGER receipt_new_of_merged BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_donor_stands();
"#;

const DOWN: &str = r#"
sqlite|DROP TRIGGER receipt_new_of_merged;
sqlite|DROP TRIGGER gift_moved_to_merged;
sqlite|DROP TRIGGER gift_new_of_merged;
sqlite|DROP TRIGGER gift_receipted_donor;
sqlite|DROP TRIGGER receipt_donor;
sqlite|DROP TRIGGER receipt_frozen;
pg|DROP TRIGGER receipt_new_of_merged ON receipt;
pg|DROP TRIGGER gift_moved_to_merged ON gift;
pg|DROP TRIGGER gift_new_of_merged ON gift;
pg|DROP TRIGGER gift_receipted_donor ON gift;
pg|DROP TRIGGER receipt_donor ON receipt;
pg|DROP TRIGGER receipt_frozen ON receipt;
pg|DROP FUNCTION soutien_donor_stands();
pg|DROP FUNCTION soutien_gift_donor();
pg|DROP FUNCTION soutien_receipt_donor();
pg|DROP FUNCTION soutien_along_a_merge(BIGINT, BIGINT);
sqlite|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, donor_id, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is frozen at issue'); END;
sqlite|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift WHEN EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id AND live) BEGIN SELECT RAISE(ABORT, 'a gift that stands on a live receipt keeps its donor'); END;
pg|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, donor_id, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a receipt is frozen at issue');
pg|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_receipted();
DROP TABLE donor_distinct;
DROP TABLE donor_merge_part;
DROP TABLE donor_merge;
DROP INDEX donor_merged_into;
DROP INDEX donor_without_keys;
DROP INDEX donor_siren;
DROP INDEX donor_address_key;
DROP INDEX donor_name_key;
sqlite|DROP TRIGGER donor_search_delete;
sqlite|DROP TRIGGER donor_search_update;
ALTER TABLE donor DROP COLUMN merged_into;
ALTER TABLE donor DROP COLUMN address_key;
ALTER TABLE donor DROP COLUMN name_key;
sqlite|CREATE TRIGGER donor_search_delete AFTER DELETE ON donor BEGIN INSERT INTO donor_search (donor_search, rowid, search_key) VALUES ('delete', OLD.id, OLD.search_key); END;
sqlite|CREATE TRIGGER donor_search_update AFTER UPDATE OF search_key ON donor BEGIN INSERT INTO donor_search (donor_search, rowid, search_key) VALUES ('delete', OLD.id, OLD.search_key); INSERT INTO donor_search (rowid, search_key) VALUES (NEW.id, NEW.search_key); END;
"#;
