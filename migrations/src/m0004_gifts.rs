//! The ledger of gifts and the files they came from (laws G1 to G3).

crate::sql::change!("m0004_gifts", UP, DOWN);

const UP: &str = r#"
CREATE TABLE import_file (
  id {pk},
  source TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  size BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reading','previewed','taken','undone','abandoned')),
  rows_new BIGINT NOT NULL,
  rows_known BIGINT NOT NULL,
  rows_changed BIGINT NOT NULL,
  rows_conflict BIGINT NOT NULL,
  rows_refused BIGINT NOT NULL,
  rows_ignored BIGINT NOT NULL,
  cents_new BIGINT NOT NULL,
  notes TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  taken_at {ts},
  undone_at {ts}
);
CREATE INDEX import_file_hash ON import_file (file_hash, id);

CREATE TABLE import_row (
  id {pk},
  import_id BIGINT NOT NULL REFERENCES import_file (id),
  line BIGINT NOT NULL,
  row_key TEXT NOT NULL,
  order_ref TEXT,
  cents BIGINT,
  verdict TEXT NOT NULL CHECK (verdict IN ('new','known','changed','conflict','refused','ignored')),
  reason TEXT,
  facts TEXT NOT NULL,
  donor_id BIGINT REFERENCES donor (id),
  proposed_id BIGINT,
  chosen BOOLEAN NOT NULL,
  made_donor BOOLEAN NOT NULL,
  gift_id BIGINT
);
CREATE INDEX import_row_file ON import_row (import_id, verdict, id);
CREATE INDEX import_row_key ON import_row (import_id, row_key);
CREATE INDEX import_row_order ON import_row (order_ref) WHERE order_ref IS NOT NULL AND gift_id IS NOT NULL;
CREATE INDEX import_row_donor ON import_row (donor_id) WHERE donor_id IS NOT NULL;
CREATE INDEX import_row_gift ON import_row (gift_id) WHERE gift_id IS NOT NULL;

CREATE TABLE gift (
  id {pk},
  donor_id BIGINT REFERENCES donor (id),
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  gross_cents BIGINT NOT NULL,
  fee_cents BIGINT NOT NULL,
  net_cents BIGINT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('cash','cheque','transfer','direct_debit','card','other')),
  nature TEXT NOT NULL CHECK (nature IN ('money','listed_shares','waived_income','waived_expenses','in_kind')),
  form TEXT NOT NULL CHECK (form IN ('notarial_deed','private_deed','manual_gift','other')),
  campaign TEXT NOT NULL,
  paid_at {ts},
  provider_credited_on {date},
  bank_credited_on {date},
  received_on {date},
  gift_date {date} NOT NULL,
  date_basis TEXT NOT NULL,
  receipted_elsewhere TEXT,
  reverses_id BIGINT REFERENCES gift (id),
  import_id BIGINT REFERENCES import_file (id),
  note TEXT NOT NULL,
  created_at {ts} NOT NULL,
  UNIQUE (source, external_id),
  CHECK (net_cents = gross_cents - fee_cents),
  CHECK (gross_cents <> 0),
  CHECK ((reverses_id IS NULL) = (gross_cents > 0))
);
CREATE UNIQUE INDEX gift_reversed_once ON gift (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX gift_donor ON gift (donor_id, gift_date, id);
CREATE INDEX gift_date ON gift (gift_date, id);
CREATE INDEX gift_import ON gift (import_id);

sqlite|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, provider_credited_on, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift BEGIN SELECT RAISE(ABORT, 'a gift line is corrected by a reversal, never changed'); END;
pg|CREATE TRIGGER gift_frozen BEFORE UPDATE OF source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, paid_at, provider_credited_on, bank_credited_on, received_on, gift_date, date_basis, reverses_id ON gift FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a gift line is corrected by a reversal, never changed');
sqlite|CREATE TRIGGER gift_kept BEFORE DELETE ON gift WHEN OLD.import_id IS NULL BEGIN SELECT RAISE(ABORT, 'a gift line is never deleted, save by undoing its import'); END;
pg|CREATE TRIGGER gift_kept BEFORE DELETE ON gift FOR EACH ROW WHEN (OLD.import_id IS NULL) EXECUTE FUNCTION soutien_refuse('a gift line is never deleted, save by undoing its import');
"#;

const DOWN: &str = r#"
DROP TABLE gift;
DROP TABLE import_row;
DROP TABLE import_file;
"#;
