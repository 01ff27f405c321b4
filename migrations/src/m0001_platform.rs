//! Audit, outbox, jobs, blobs, limits, settings.

crate::sql::change!("m0001_platform", UP, DOWN);

const UP: &str = r#"
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at {ts} NOT NULL
);

CREATE TABLE audit (
  id {pk},
  at {ts} NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('member','donor','requester','system','command')),
  actor_id BIGINT,
  actor_name TEXT NOT NULL,
  verb TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  detail TEXT NOT NULL,
  request_id TEXT
);
CREATE INDEX audit_subject ON audit (subject_kind, subject_id, id);
CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;

sqlite|CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
sqlite|CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
pg|CREATE FUNCTION soutien_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
pg|CREATE TRIGGER audit_frozen BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION soutien_refuse('the audit is append-only');
pg|CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION soutien_refuse('the audit is append-only');

CREATE TABLE blob (
  hash TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  created_at {ts} NOT NULL
);

CREATE TABLE outbox (
  id {pk},
  kind TEXT NOT NULL CHECK (kind IN ('reply','acknowledgement','receipt','link','notice')),
  message_id TEXT NOT NULL UNIQUE,
  from_addr TEXT NOT NULL,
  reply_to TEXT,
  to_addr TEXT NOT NULL,
  to_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  in_reply_to TEXT,
  refs TEXT,
  automatic BOOLEAN NOT NULL,
  attachments TEXT NOT NULL,
  ticket_id BIGINT,
  ticket_message_id BIGINT,
  receipt_id BIGINT,
  donor_id BIGINT,
  state TEXT NOT NULL CHECK (state IN ('waiting','sending','sent','ambiguous','cancelled','dead')),
  not_before {ts} NOT NULL,
  attempts INTEGER NOT NULL,
  lease_until {ts},
  lease_token TEXT,
  last_error TEXT,
  server_answer TEXT,
  created_at {ts} NOT NULL,
  sent_at {ts}
);
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('waiting','sending');
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_to ON outbox (to_addr, created_at);
CREATE INDEX outbox_ticket_message ON outbox (ticket_message_id);

CREATE TABLE job (
  id {pk},
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('ready','leased','done','dead')),
  not_before {ts} NOT NULL,
  attempts INTEGER NOT NULL,
  lease_until {ts},
  lease_token TEXT,
  last_error TEXT,
  created_at {ts} NOT NULL,
  ended_at {ts}
);
CREATE INDEX job_due ON job (not_before, id) WHERE state IN ('ready','leased');
CREATE UNIQUE INDEX job_unique ON job (unique_key) WHERE unique_key IS NOT NULL AND state IN ('ready','leased');

CREATE TABLE rate (
  key TEXT NOT NULL,
  bucket BIGINT NOT NULL,
  hits BIGINT NOT NULL,
  PRIMARY KEY (key, bucket)
);
"#;

const DOWN: &str = r#"
DROP TABLE rate;
DROP TABLE job;
DROP TABLE outbox;
DROP TABLE blob;
DROP TABLE audit;
pg|DROP FUNCTION soutien_refuse();
DROP TABLE setting;
"#;
