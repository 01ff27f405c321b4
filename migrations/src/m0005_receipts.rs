//! Receipts: numbered without a gap, frozen, never deleted (laws R1 to R5).

crate::sql::change!("m0005_receipts", UP, DOWN);

const UP: &str = r#"
CREATE TABLE receipt_series (
  kind TEXT NOT NULL CHECK (kind IN ('individual','company')),
  year INTEGER NOT NULL,
  prefix TEXT NOT NULL,
  last_number BIGINT NOT NULL,
  last_link TEXT NOT NULL,
  PRIMARY KEY (kind, year)
);

CREATE TABLE receipt_run (
  id {pk},
  kind TEXT NOT NULL CHECK (kind IN ('individual','company')),
  gift_year INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running','done','stopped')),
  planned BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  cents BIGINT NOT NULL,
  started_by TEXT NOT NULL,
  started_at {ts} NOT NULL,
  ended_at {ts}
);

CREATE TABLE receipt (
  id {pk},
  kind TEXT NOT NULL CHECK (kind IN ('individual','company')),
  year INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  gift_year INTEGER NOT NULL,
  donor_id BIGINT NOT NULL REFERENCES donor (id),
  amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
  issued_at {ts} NOT NULL,
  issued_by TEXT NOT NULL,
  run_id BIGINT REFERENCES receipt_run (id),
  facts TEXT NOT NULL,
  layout INTEGER NOT NULL,
  pdf_sha256 TEXT NOT NULL,
  salt TEXT NOT NULL,
  commitment TEXT NOT NULL,
  link TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('issued','cancelled')),
  cancelled_at {ts},
  cancelled_by TEXT,
  cancel_reason TEXT,
  replaces_id BIGINT REFERENCES receipt (id),
  UNIQUE (kind, year, seq),
  CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL AND cancel_reason IS NOT NULL))
);
CREATE INDEX receipt_donor ON receipt (donor_id, gift_year);
CREATE INDEX receipt_gift_year ON receipt (gift_year, id);
CREATE UNIQUE INDEX receipt_replaced_once ON receipt (replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TABLE receipt_line (
  id {pk},
  receipt_id BIGINT NOT NULL REFERENCES receipt (id),
  gift_id BIGINT NOT NULL REFERENCES gift (id),
  amount_cents BIGINT NOT NULL,
  live BOOLEAN NOT NULL
);
CREATE INDEX receipt_line_receipt ON receipt_line (receipt_id);
CREATE INDEX receipt_line_gift ON receipt_line (gift_id);
CREATE UNIQUE INDEX receipt_line_once ON receipt_line (gift_id) WHERE live;

sqlite|CREATE TRIGGER receipt_kept BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END;
sqlite|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, donor_id, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is frozen at issue'); END;
sqlite|CREATE TRIGGER receipt_ends_once BEFORE UPDATE OF state ON receipt WHEN OLD.state = 'cancelled' BEGIN SELECT RAISE(ABORT, 'a cancelled receipt stays cancelled'); END;
sqlite|CREATE TRIGGER receipt_line_kept BEFORE DELETE ON receipt_line BEGIN SELECT RAISE(ABORT, 'a line of a receipt is never deleted'); END;
sqlite|CREATE TRIGGER receipt_line_frozen BEFORE UPDATE ON receipt_line WHEN NEW.receipt_id <> OLD.receipt_id OR NEW.gift_id <> OLD.gift_id OR NEW.amount_cents <> OLD.amount_cents OR (NEW.live AND NOT OLD.live) BEGIN SELECT RAISE(ABORT, 'a line of a receipt is frozen at issue'); END;
sqlite|CREATE TRIGGER gift_receipted_kept BEFORE DELETE ON gift WHEN EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id) BEGIN SELECT RAISE(ABORT, 'a gift that stands on a receipt is never deleted'); END;
sqlite|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift WHEN EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id AND live) BEGIN SELECT RAISE(ABORT, 'a gift that stands on a live receipt keeps its donor'); END;
pg|CREATE TRIGGER receipt_kept BEFORE DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a receipt is never deleted');
pg|CREATE TRIGGER receipt_frozen BEFORE UPDATE OF kind, year, seq, number, gift_year, donor_id, amount_cents, issued_at, issued_by, facts, layout, pdf_sha256, commitment, link, replaces_id ON receipt FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a receipt is frozen at issue');
pg|CREATE TRIGGER receipt_ends_once BEFORE UPDATE OF state ON receipt FOR EACH ROW WHEN (OLD.state = 'cancelled') EXECUTE FUNCTION soutien_refuse('a cancelled receipt stays cancelled');
pg|CREATE TRIGGER receipt_line_kept BEFORE DELETE ON receipt_line FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a line of a receipt is never deleted');
pg|CREATE TRIGGER receipt_line_frozen BEFORE UPDATE ON receipt_line FOR EACH ROW WHEN (NEW.receipt_id <> OLD.receipt_id OR NEW.gift_id <> OLD.gift_id OR NEW.amount_cents <> OLD.amount_cents OR (NEW.live AND NOT OLD.live)) EXECUTE FUNCTION soutien_refuse('a line of a receipt is frozen at issue');
pg|CREATE FUNCTION soutien_gift_receipted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN IF EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id) THEN RAISE EXCEPTION 'a gift that stands on a receipt is never deleted'; END IF; RETURN OLD; END IF; IF EXISTS (SELECT 1 FROM receipt_line WHERE gift_id = OLD.id AND live) THEN RAISE EXCEPTION 'a gift that stands on a live receipt keeps its donor'; END IF; RETURN NEW; END $$;
pg|CREATE TRIGGER gift_receipted_kept BEFORE DELETE ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_receipted();
pg|CREATE TRIGGER gift_receipted_donor BEFORE UPDATE OF donor_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_gift_receipted();
"#;

const DOWN: &str = r#"
sqlite|DROP TRIGGER gift_receipted_kept;
sqlite|DROP TRIGGER gift_receipted_donor;
pg|DROP TRIGGER gift_receipted_kept ON gift;
pg|DROP TRIGGER gift_receipted_donor ON gift;
pg|DROP FUNCTION soutien_gift_receipted();
DROP TABLE receipt_line;
DROP TABLE receipt;
DROP TABLE receipt_run;
DROP TABLE receipt_series;
"#;
