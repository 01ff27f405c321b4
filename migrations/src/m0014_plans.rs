//! Recurring gifts, mandates of direct debit, their instalments and the collections sent to the bank.
//!
//! A plan is found in gifts (derived: written anew whenever the gifts of its donor change, which triggers note in
//! `plan_due`) or made by hand. An instalment is one debit of one mandate on one due day: the table knows no second one.

crate::sql::change!("m0014_plans", UP, DOWN);

const UP: &str = r#"
CREATE TABLE mandate (
  id {pk},
  donor_id BIGINT NOT NULL REFERENCES donor (id),
  rum TEXT NOT NULL UNIQUE,
  signed_on {date} NOT NULL,
  holder TEXT NOT NULL,
  iban_sealed TEXT NOT NULL,
  iban_shown TEXT NOT NULL,
  iban_mark TEXT NOT NULL,
  bic TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active','ended')),
  ended_on {date},
  end_reason TEXT,
  last_used_on {date},
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  CHECK ((state = 'ended') = (ended_on IS NOT NULL))
);
CREATE INDEX mandate_donor ON mandate (donor_id);
CREATE INDEX mandate_mark ON mandate (iban_mark);

CREATE TABLE plan (
  id {pk},
  donor_id BIGINT NOT NULL REFERENCES donor (id) ON DELETE CASCADE,
  origin TEXT NOT NULL CHECK (origin IN ('found','hand')),
  source TEXT NOT NULL,
  rhythm TEXT NOT NULL CHECK (rhythm IN ('monthly','quarterly','yearly')),
  cents BIGINT NOT NULL CHECK (cents > 0),
  first_on {date} NOT NULL,
  last_on {date},
  payments BIGINT NOT NULL,
  was_cents BIGINT,
  changed_on {date},
  active_until {date} NOT NULL,
  late_until {date} NOT NULL,
  mandate_id BIGINT REFERENCES mandate (id),
  ended_on {date},
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  CHECK ((was_cents IS NULL) = (changed_on IS NULL)),
  CHECK (mandate_id IS NULL OR origin = 'hand')
);
CREATE UNIQUE INDEX plan_found ON plan (donor_id, source) WHERE origin = 'found';
CREATE UNIQUE INDEX plan_of_mandate ON plan (mandate_id) WHERE mandate_id IS NOT NULL AND ended_on IS NULL;
CREATE INDEX plan_donor ON plan (donor_id);
CREATE INDEX plan_active ON plan (active_until, id) WHERE ended_on IS NULL;

CREATE TABLE debit_collection (
  id {pk},
  number TEXT NOT NULL UNIQUE,
  year INTEGER NOT NULL,
  seq BIGINT NOT NULL CHECK (seq > 0),
  collect_on {date} NOT NULL,
  debits BIGINT NOT NULL CHECK (debits > 0),
  cents BIGINT NOT NULL CHECK (cents > 0),
  facts TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  import_id BIGINT REFERENCES import_file (id),
  cancelled_at {ts},
  cancelled_by TEXT,
  cancel_reason TEXT,
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  UNIQUE (year, seq),
  CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL))
);

CREATE TABLE instalment (
  id {pk},
  mandate_id BIGINT NOT NULL REFERENCES mandate (id),
  plan_id BIGINT NOT NULL REFERENCES plan (id),
  due_on {date} NOT NULL,
  cents BIGINT NOT NULL CHECK (cents > 0),
  end_to_end TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('announced','collected','returned','cancelled')),
  announced_at {ts} NOT NULL,
  announced_by TEXT NOT NULL CHECK (announced_by IN ('mail','letter')),
  collect_from {date} NOT NULL,
  collection_id BIGINT REFERENCES debit_collection (id),
  iban_sealed TEXT,
  returned_on {date},
  return_code TEXT,
  told_at {ts},
  UNIQUE (mandate_id, due_on),
  CHECK ((state IN ('collected','returned')) = (collection_id IS NOT NULL)),
  CHECK ((collection_id IS NULL) = (iban_sealed IS NULL)),
  CHECK ((state = 'returned') = (returned_on IS NOT NULL))
);
CREATE UNIQUE INDEX instalment_collection ON instalment (collection_id, mandate_id) WHERE collection_id IS NOT NULL;
CREATE INDEX instalment_plan ON instalment (plan_id);
CREATE INDEX instalment_waiting ON instalment (collect_from) WHERE state = 'announced';

sqlite|CREATE TRIGGER instalment_frozen BEFORE UPDATE OF mandate_id, plan_id, due_on, cents, end_to_end ON instalment BEGIN SELECT RAISE(ABORT, 'an instalment is what was announced'); END;
sqlite|CREATE TRIGGER instalment_kept BEFORE DELETE ON instalment BEGIN SELECT RAISE(ABORT, 'an instalment is not deleted'); END;
sqlite|CREATE TRIGGER debit_collection_frozen BEFORE UPDATE OF number, year, seq, collect_on, debits, cents, facts, sha256 ON debit_collection BEGIN SELECT RAISE(ABORT, 'a collection is what the bank was sent'); END;
sqlite|CREATE TRIGGER debit_collection_kept BEFORE DELETE ON debit_collection BEGIN SELECT RAISE(ABORT, 'a collection is not deleted'); END;
pg|CREATE TRIGGER instalment_frozen BEFORE UPDATE OF mandate_id, plan_id, due_on, cents, end_to_end ON instalment FOR EACH ROW EXECUTE FUNCTION soutien_refuse('an instalment is what was announced');
pg|CREATE TRIGGER instalment_kept BEFORE DELETE ON instalment FOR EACH ROW EXECUTE FUNCTION soutien_refuse('an instalment is not deleted');
pg|CREATE TRIGGER debit_collection_frozen BEFORE UPDATE OF number, year, seq, collect_on, debits, cents, facts, sha256 ON debit_collection FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a collection is what the bank was sent');
pg|CREATE TRIGGER debit_collection_kept BEFORE DELETE ON debit_collection FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a collection is not deleted');

sqlite|CREATE TABLE plan_due (donor_id INTEGER PRIMARY KEY);
sqlite|CREATE TRIGGER plan_due_insert AFTER INSERT ON gift WHEN NEW.donor_id IS NOT NULL BEGIN INSERT INTO plan_due (donor_id) VALUES (NEW.donor_id) ON CONFLICT DO NOTHING; END;
sqlite|CREATE TRIGGER plan_due_delete AFTER DELETE ON gift WHEN OLD.donor_id IS NOT NULL BEGIN INSERT INTO plan_due (donor_id) VALUES (OLD.donor_id) ON CONFLICT DO NOTHING; END;
sqlite|CREATE TRIGGER plan_due_moved AFTER UPDATE OF donor_id ON gift WHEN OLD.donor_id IS NOT NULL AND NEW.donor_id <> OLD.donor_id BEGIN INSERT INTO plan_due (donor_id) VALUES (OLD.donor_id), (NEW.donor_id) ON CONFLICT DO NOTHING; END;
pg|CREATE TABLE plan_due (id {pk}, donor_id BIGINT NOT NULL);
pg|CREATE FUNCTION soutien_plan_due_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plan_due (donor_id) SELECT DISTINCT donor_id FROM fresh WHERE donor_id IS NOT NULL; RETURN NULL; END $$;
pg|CREATE FUNCTION soutien_plan_due_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plan_due (donor_id) SELECT DISTINCT donor_id FROM gone WHERE donor_id IS NOT NULL; RETURN NULL; END $$;
pg|CREATE FUNCTION soutien_plan_due_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plan_due (donor_id) SELECT d FROM (VALUES (OLD.donor_id), (NEW.donor_id)) AS both_sides (d) WHERE d IS NOT NULL; RETURN NULL; END $$;
pg|CREATE TRIGGER plan_due_insert AFTER INSERT ON gift REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION soutien_plan_due_new();
pg|CREATE TRIGGER plan_due_delete AFTER DELETE ON gift REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION soutien_plan_due_gone();
pg|CREATE TRIGGER plan_due_moved AFTER UPDATE OF donor_id ON gift FOR EACH ROW WHEN (OLD.donor_id IS DISTINCT FROM NEW.donor_id) EXECUTE FUNCTION soutien_plan_due_moved();
INSERT INTO plan_due (donor_id) SELECT DISTINCT donor_id FROM gift WHERE donor_id IS NOT NULL;

CREATE TABLE donor_merge_part_new (
  id {pk},
  merge_id BIGINT NOT NULL REFERENCES donor_merge (id),
  kind TEXT NOT NULL CHECK (kind IN ('gift','receipt','mail','plan','mandate')),
  row_id BIGINT NOT NULL,
  UNIQUE (merge_id, kind, row_id)
);
INSERT INTO donor_merge_part_new (merge_id, kind, row_id) SELECT merge_id, kind, row_id FROM donor_merge_part ORDER BY id;
DROP TABLE donor_merge_part;
ALTER TABLE donor_merge_part_new RENAME TO donor_merge_part;
"#;

const DOWN: &str = r#"
CREATE TABLE donor_merge_part_old (
  id {pk},
  merge_id BIGINT NOT NULL REFERENCES donor_merge (id),
  kind TEXT NOT NULL CHECK (kind IN ('gift','receipt','mail')),
  row_id BIGINT NOT NULL,
  UNIQUE (merge_id, kind, row_id)
);
INSERT INTO donor_merge_part_old (merge_id, kind, row_id) SELECT merge_id, kind, row_id FROM donor_merge_part WHERE kind IN ('gift','receipt','mail') ORDER BY id;
DROP TABLE donor_merge_part;
ALTER TABLE donor_merge_part_old RENAME TO donor_merge_part;
sqlite|DROP TRIGGER plan_due_moved;
sqlite|DROP TRIGGER plan_due_delete;
sqlite|DROP TRIGGER plan_due_insert;
pg|DROP TRIGGER plan_due_moved ON gift;
pg|DROP TRIGGER plan_due_delete ON gift;
pg|DROP TRIGGER plan_due_insert ON gift;
pg|DROP FUNCTION soutien_plan_due_moved();
pg|DROP FUNCTION soutien_plan_due_gone();
pg|DROP FUNCTION soutien_plan_due_new();
DROP TABLE plan_due;
DROP TABLE instalment;
DROP TABLE debit_collection;
DROP TABLE plan;
DROP TABLE mandate;
"#;
