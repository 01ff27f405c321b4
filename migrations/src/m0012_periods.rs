//! Months and years that are closed: no gift of theirs is written, changed or deleted (law G2).

crate::sql::change!("m0012_periods", UP, DOWN);

const UP: &str = r#"
CREATE TABLE period_close (
  id {pk},
  through {date} NOT NULL,
  open_items TEXT NOT NULL,
  closed_by TEXT NOT NULL,
  closed_at {ts} NOT NULL,
  reopened_by TEXT,
  reopened_at {ts},
  reopen_reason TEXT,
  CHECK ((reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_at IS NULL) = (reopen_reason IS NULL))
);
CREATE UNIQUE INDEX period_close_through ON period_close (through) WHERE reopened_at IS NULL;

sqlite|CREATE TRIGGER gift_period_insert BEFORE INSERT ON gift WHEN EXISTS (SELECT 1 FROM period_close WHERE reopened_at IS NULL AND through >= NEW.gift_date) BEGIN SELECT RAISE(ABORT, 'the period of this gift is closed'); END;
sqlite|CREATE TRIGGER gift_period_delete BEFORE DELETE ON gift WHEN EXISTS (SELECT 1 FROM period_close WHERE reopened_at IS NULL AND through >= OLD.gift_date) BEGIN SELECT RAISE(ABORT, 'the period of this gift is closed'); END;
sqlite|CREATE TRIGGER gift_period_update BEFORE UPDATE OF campaign, receipted_elsewhere, provider_credited_on, learned_import_id, import_id, note ON gift WHEN EXISTS (SELECT 1 FROM period_close WHERE reopened_at IS NULL AND through >= OLD.gift_date) BEGIN SELECT RAISE(ABORT, 'the period of this gift is closed'); END;
pg|CREATE FUNCTION soutien_gift_period() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE gift_day DATE; BEGIN IF TG_OP = 'INSERT' THEN gift_day := NEW.gift_date; ELSE gift_day := OLD.gift_date; END IF; IF EXISTS (SELECT 1 FROM period_close WHERE reopened_at IS NULL AND through >= gift_day) THEN RAISE EXCEPTION 'the period of this gift is closed'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
pg|CREATE TRIGGER gift_period_insert BEFORE INSERT ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_period();
pg|CREATE TRIGGER gift_period_delete BEFORE DELETE ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_period();
pg|CREATE TRIGGER gift_period_update BEFORE UPDATE OF campaign, receipted_elsewhere, provider_credited_on, learned_import_id, import_id, note ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_period();
"#;

const DOWN: &str = r#"
sqlite|DROP TRIGGER gift_period_update;
sqlite|DROP TRIGGER gift_period_delete;
sqlite|DROP TRIGGER gift_period_insert;
pg|DROP TRIGGER gift_period_update ON gift;
pg|DROP TRIGGER gift_period_delete ON gift;
pg|DROP TRIGGER gift_period_insert ON gift;
pg|DROP FUNCTION soutien_gift_period();
DROP TABLE period_close;
"#;
