//! Accounts that money passes through, what moves on them, what their statements say, and which line of the bank
//! a payout became (law G4). A gift may learn the day of its payout later than itself, and that
//! a person looked at days that fall in two years; nothing else of it changes.

crate::sql::change!("m0009_money", UP, DOWN);

const UP: &str = r#"
CREATE TABLE money_account (
  id {pk},
  kind TEXT NOT NULL CHECK (kind IN ('bank','provider')),
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  iban TEXT UNIQUE,
  local TEXT UNIQUE,
  mapping TEXT,
  created_at {ts} NOT NULL
);
CREATE UNIQUE INDEX money_account_of_provider ON money_account (source) WHERE kind = 'provider';

CREATE TABLE movement (
  id {pk},
  account_id BIGINT NOT NULL REFERENCES money_account (id),
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('payment','refund','dispute','fee','payout','other','bank')),
  gross_cents BIGINT NOT NULL,
  fee_cents BIGINT NOT NULL,
  net_cents BIGINT NOT NULL,
  booked_on {date} NOT NULL,
  value_on {date},
  payout TEXT,
  paid_out_on {date},
  about TEXT,
  party TEXT NOT NULL,
  label TEXT NOT NULL,
  reference TEXT NOT NULL,
  parts TEXT,
  aside TEXT,
  corrects TEXT,
  import_id BIGINT NOT NULL REFERENCES import_file (id),
  payout_import_id BIGINT REFERENCES import_file (id),
  UNIQUE (account_id, key),
  CHECK (net_cents = gross_cents - fee_cents)
);
CREATE INDEX movement_booked ON movement (account_id, booked_on, id);
CREATE INDEX movement_payout ON movement (account_id, payout) WHERE payout IS NOT NULL;
CREATE INDEX movement_about ON movement (about) WHERE about IS NOT NULL;
CREATE INDEX movement_corrects ON movement (account_id, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX movement_import ON movement (import_id);
CREATE INDEX movement_payout_import ON movement (payout_import_id) WHERE payout_import_id IS NOT NULL;

CREATE TABLE statement (
  id {pk},
  account_id BIGINT NOT NULL REFERENCES money_account (id),
  import_id BIGINT NOT NULL REFERENCES import_file (id),
  name TEXT NOT NULL,
  opening_on {date},
  opening_cents BIGINT,
  closing_on {date},
  closing_cents BIGINT,
  lines BIGINT NOT NULL,
  sum_cents BIGINT NOT NULL
);
CREATE INDEX statement_account ON statement (account_id, closing_on);
CREATE INDEX statement_import ON statement (import_id);

CREATE TABLE payout_match (
  id {pk},
  account_id BIGINT NOT NULL REFERENCES money_account (id),
  payout TEXT NOT NULL,
  movement_id BIGINT NOT NULL UNIQUE REFERENCES movement (id),
  how TEXT NOT NULL CHECK (how IN ('rule','person')),
  matched_by TEXT NOT NULL,
  matched_at {ts} NOT NULL,
  UNIQUE (account_id, payout)
);

CREATE TABLE bank_rule (
  id {pk},
  account_id BIGINT NOT NULL REFERENCES money_account (id),
  words TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  UNIQUE (account_id, words)
);

ALTER TABLE import_file ADD COLUMN account_id BIGINT;
ALTER TABLE gift ADD COLUMN learned_import_id BIGINT;
ALTER TABLE gift ADD COLUMN date_decided_by TEXT;
ALTER TABLE gift ADD COLUMN date_decided_at {ts};
CREATE INDEX gift_learned ON gift (learned_import_id) WHERE learned_import_id IS NOT NULL;
sqlite|DROP TRIGGER gift_frozen;
pg|DROP TRIGGER gift_frozen ON gift;
sqlite|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift BEGIN SELECT RAISE(ABORT, 'a gift line is corrected by a reversal, never changed'); END;
pg|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a gift line is corrected by a reversal, never changed');
sqlite|CREATE TRIGGER gift_learns BEFORE UPDATE OF provider_credited_on ON gift WHEN OLD.provider_credited_on IS NOT NULL AND OLD.learned_import_id IS NULL BEGIN SELECT RAISE(ABORT, 'a day of payout that was there is never changed'); END;
pg|CREATE TRIGGER gift_learns BEFORE UPDATE OF provider_credited_on ON gift FOR EACH ROW WHEN (OLD.provider_credited_on IS NOT NULL AND OLD.learned_import_id IS NULL) EXECUTE FUNCTION soutien_refuse('a day of payout that was there is never changed');
ALTER TABLE import_row ADD COLUMN moves BIGINT;
ALTER TABLE import_row ADD COLUMN puts BOOLEAN NOT NULL DEFAULT FALSE;
"#;

const DOWN: &str = r#"
sqlite|DROP TRIGGER gift_learns;
pg|DROP TRIGGER gift_learns ON gift;
sqlite|DROP TRIGGER gift_frozen;
pg|DROP TRIGGER gift_frozen ON gift;
sqlite|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, provider_credited_on, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift BEGIN SELECT RAISE(ABORT, 'a gift line is corrected by a reversal, never changed'); END;
pg|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, provider_credited_on, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a gift line is corrected by a reversal, never changed');
DROP INDEX gift_learned;
ALTER TABLE gift DROP COLUMN date_decided_at;
ALTER TABLE gift DROP COLUMN date_decided_by;
ALTER TABLE gift DROP COLUMN learned_import_id;
ALTER TABLE import_row DROP COLUMN puts;
ALTER TABLE import_row DROP COLUMN moves;
ALTER TABLE import_file DROP COLUMN account_id;
DROP TABLE bank_rule;
DROP TABLE payout_match;
DROP TABLE statement;
DROP TABLE movement;
DROP TABLE money_account;
"#;
