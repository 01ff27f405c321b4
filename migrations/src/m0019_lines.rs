//! What a line was paid for, what was given in return, why it was taken back, and the proofs kept with it.

crate::sql::change!("m0019_lines", UP, DOWN);

const UP: &str = r#"
ALTER TABLE gift ADD COLUMN purpose TEXT NOT NULL DEFAULT 'gift' CHECK (purpose = 'gift' OR (purpose = 'dues' AND nature = 'money'));
ALTER TABLE gift ADD COLUMN counterpart_cents BIGINT NOT NULL DEFAULT 0 CHECK (ABS(counterpart_cents) <= ABS(gross_cents) AND (counterpart_cents = 0 OR (counterpart_cents > 0) = (gross_cents > 0)));
ALTER TABLE gift ADD COLUMN counterpart TEXT NOT NULL DEFAULT '';
ALTER TABLE gift ADD COLUMN cause TEXT CHECK (cause IS NULL OR (cause IN ('mistake','refund','chargeback','unpaid') AND reverses_id IS NOT NULL));
sqlite|DROP TRIGGER gift_frozen;
pg|DROP TRIGGER gift_frozen ON gift;
sqlite|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id, purpose, counterpart_cents, counterpart, cause ON gift BEGIN SELECT RAISE(ABORT, 'a gift line is corrected by a reversal, never changed'); END;
pg|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id, purpose, counterpart_cents, counterpart, cause ON gift FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a gift line is corrected by a reversal, never changed');

CREATE TABLE gift_proof (
  id {pk},
  gift_id BIGINT NOT NULL REFERENCES gift (id) ON DELETE CASCADE,
  blob TEXT REFERENCES blob (hash),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  place TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at {ts} NOT NULL,
  withdrawn_by TEXT,
  withdrawn_at {ts},
  withdrawn_reason TEXT,
  CHECK (blob IS NOT NULL OR place <> ''),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX gift_proof_gift ON gift_proof (gift_id, id);
sqlite|CREATE TRIGGER gift_proof_frozen BEFORE UPDATE OF gift_id, blob, name, mime, place, added_by, added_at ON gift_proof BEGIN SELECT RAISE(ABORT, 'a proof is withdrawn, never changed'); END;
pg|CREATE TRIGGER gift_proof_frozen BEFORE UPDATE OF gift_id, blob, name, mime, place, added_by, added_at ON gift_proof FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a proof is withdrawn, never changed');
sqlite|CREATE TRIGGER gift_proof_once BEFORE UPDATE ON gift_proof WHEN OLD.withdrawn_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a proof is withdrawn once'); END;
pg|CREATE TRIGGER gift_proof_once BEFORE UPDATE ON gift_proof FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION soutien_refuse('a proof is withdrawn once');
sqlite|CREATE TRIGGER gift_proof_kept BEFORE DELETE ON gift_proof WHEN OLD.withdrawn_at IS NULL BEGIN SELECT RAISE(ABORT, 'a proof is kept as long as its line, unless it was withdrawn'); END;
pg|CREATE TRIGGER gift_proof_kept BEFORE DELETE ON gift_proof FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL) EXECUTE FUNCTION soutien_refuse('a proof is kept as long as its line, unless it was withdrawn');

CREATE TABLE counterpart_cap (
  from_day {date} PRIMARY KEY,
  cents BIGINT NOT NULL CHECK (cents > 0),
  law TEXT NOT NULL CHECK (law <> ''),
  set_by TEXT NOT NULL,
  set_at {ts} NOT NULL
);
ALTER TABLE association ADD COLUMN dues_receipted BOOLEAN NOT NULL DEFAULT TRUE;
"#;

const DOWN: &str = r#"
ALTER TABLE association DROP COLUMN dues_receipted;
DROP TABLE counterpart_cap;
DROP TABLE gift_proof;
sqlite|DROP TRIGGER gift_frozen;
pg|DROP TRIGGER gift_frozen ON gift;
sqlite|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift BEGIN SELECT RAISE(ABORT, 'a gift line is corrected by a reversal, never changed'); END;
pg|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a gift line is corrected by a reversal, never changed');
ALTER TABLE gift DROP COLUMN cause;
ALTER TABLE gift DROP COLUMN counterpart;
ALTER TABLE gift DROP COLUMN counterpart_cents;
ALTER TABLE gift DROP COLUMN purpose;
"#;
