//! Cheque deposit slips that are made here: numbered, frozen, never deleted.

crate::sql::change!("m0013_deposits", UP, DOWN);

const UP: &str = r#"
CREATE TABLE deposit_slip (
  id {pk},
  number TEXT NOT NULL UNIQUE,
  year INTEGER NOT NULL,
  seq BIGINT NOT NULL CHECK (seq > 0),
  deposited_on {date} NOT NULL,
  cheques BIGINT NOT NULL CHECK (cheques > 0),
  cents BIGINT NOT NULL CHECK (cents > 0),
  facts TEXT NOT NULL,
  import_id BIGINT REFERENCES import_file (id),
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  UNIQUE (year, seq)
);
CREATE INDEX deposit_slip_import ON deposit_slip (import_id) WHERE import_id IS NOT NULL;

sqlite|CREATE TRIGGER deposit_slip_frozen BEFORE UPDATE OF number, year, seq, deposited_on, cheques, cents, facts ON deposit_slip BEGIN SELECT RAISE(ABORT, 'a deposit slip is not changed'); END;
sqlite|CREATE TRIGGER deposit_slip_kept BEFORE DELETE ON deposit_slip BEGIN SELECT RAISE(ABORT, 'a deposit slip is not deleted'); END;
pg|CREATE TRIGGER deposit_slip_frozen BEFORE UPDATE OF number, year, seq, deposited_on, cheques, cents, facts ON deposit_slip FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a deposit slip is not changed');
pg|CREATE TRIGGER deposit_slip_kept BEFORE DELETE ON deposit_slip FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a deposit slip is not deleted');
"#;

const DOWN: &str = r#"
DROP TABLE deposit_slip;
"#;
