//! More ways in, what is known of a mail's origin, probable spam, copies, addresses that refuse, IMAP folders,
//! mail on hold (laws M1 to M6). SQLite changes a CHECK by writing the table anew; rows and numbers stay.

crate::sql::change!("m0007_mail", UP, DOWN);

const UP: &str = r#"
sqlite|DROP TRIGGER mail_in_kept;
sqlite|CREATE TABLE mail_in_next (
sqlite|  id {pk},
sqlite|  received_at {ts} NOT NULL,
sqlite|  way TEXT NOT NULL CHECK (way IN ('pipe','form','page','import','lmtp','smtp','imap')),
sqlite|  raw_blob TEXT NOT NULL REFERENCES blob (hash),
sqlite|  size BIGINT NOT NULL,
sqlite|  envelope_to TEXT,
sqlite|  state TEXT NOT NULL CHECK (state IN ('stored','ticketed','refused','undigested')),
sqlite|  disposition TEXT CHECK (disposition IN ('new','linked','follow_up','report','duplicate','undigested','own')),
sqlite|  reason TEXT,
sqlite|  from_addr TEXT,
sqlite|  subject TEXT,
sqlite|  message_id_hash TEXT,
sqlite|  service_id BIGINT REFERENCES service (id),
sqlite|  language TEXT CHECK (language IN ('fr','en')),
sqlite|  ticket_id BIGINT REFERENCES ticket (id),
sqlite|  attempts INTEGER NOT NULL,
sqlite|  digested_at {ts},
sqlite|  envelope_from TEXT,
sqlite|  source_key TEXT,
sqlite|  peer TEXT,
sqlite|  auth TEXT,
sqlite|  spam TEXT CHECK (spam IN ('spam','unsure','ham')),
sqlite|  spam_why TEXT
sqlite|);
sqlite|INSERT INTO mail_in_next (id, received_at, way, raw_blob, size, envelope_to, state, disposition, reason, from_addr, subject, message_id_hash, service_id, language, ticket_id, attempts, digested_at)
sqlite|  SELECT id, received_at, way, raw_blob, size, envelope_to, state, disposition, reason, from_addr, subject, message_id_hash, service_id, language, ticket_id, attempts, digested_at FROM mail_in;
sqlite|DROP TABLE mail_in;
sqlite|ALTER TABLE mail_in_next RENAME TO mail_in;
sqlite|CREATE INDEX mail_in_state ON mail_in (state, id);
sqlite|CREATE INDEX mail_in_message_id ON mail_in (message_id_hash);
sqlite|CREATE INDEX mail_in_ticket ON mail_in (ticket_id) WHERE ticket_id IS NOT NULL;
sqlite|CREATE TRIGGER mail_in_kept BEFORE DELETE ON mail_in BEGIN SELECT RAISE(ABORT, 'a mail is never deleted from the ledger'); END;
pg|ALTER TABLE mail_in DROP CONSTRAINT mail_in_way_check;
pg|ALTER TABLE mail_in ADD CONSTRAINT mail_in_way_check CHECK (way IN ('pipe','form','page','import','lmtp','smtp','imap'));
pg|ALTER TABLE mail_in DROP CONSTRAINT mail_in_disposition_check;
pg|ALTER TABLE mail_in ADD CONSTRAINT mail_in_disposition_check CHECK (disposition IN ('new','linked','follow_up','report','duplicate','undigested','own'));
pg|ALTER TABLE mail_in ADD COLUMN envelope_from TEXT, ADD COLUMN source_key TEXT, ADD COLUMN peer TEXT, ADD COLUMN auth TEXT, ADD COLUMN spam TEXT CHECK (spam IN ('spam','unsure','ham')), ADD COLUMN spam_why TEXT;
CREATE UNIQUE INDEX mail_in_source ON mail_in (source_key) WHERE source_key IS NOT NULL;
CREATE INDEX mail_in_received ON mail_in (received_at);
CREATE INDEX mail_in_blob ON mail_in (raw_blob);

sqlite|CREATE TABLE outbox_next (
sqlite|  id {pk},
sqlite|  kind TEXT NOT NULL CHECK (kind IN ('reply','acknowledgement','receipt','link','notice')),
sqlite|  message_id TEXT NOT NULL UNIQUE,
sqlite|  from_addr TEXT NOT NULL,
sqlite|  reply_to TEXT,
sqlite|  to_addr TEXT NOT NULL,
sqlite|  to_name TEXT NOT NULL,
sqlite|  subject TEXT NOT NULL,
sqlite|  text TEXT NOT NULL,
sqlite|  html TEXT NOT NULL,
sqlite|  in_reply_to TEXT,
sqlite|  refs TEXT,
sqlite|  automatic BOOLEAN NOT NULL,
sqlite|  attachments TEXT NOT NULL,
sqlite|  ticket_id BIGINT,
sqlite|  ticket_message_id BIGINT,
sqlite|  receipt_id BIGINT,
sqlite|  donor_id BIGINT,
sqlite|  state TEXT NOT NULL CHECK (state IN ('waiting','sending','sent','ambiguous','cancelled','dead','held')),
sqlite|  not_before {ts} NOT NULL,
sqlite|  attempts INTEGER NOT NULL,
sqlite|  lease_until {ts},
sqlite|  lease_token TEXT,
sqlite|  last_error TEXT,
sqlite|  server_answer TEXT,
sqlite|  created_at {ts} NOT NULL,
sqlite|  sent_at {ts},
sqlite|  to_domain TEXT NOT NULL DEFAULT '',
sqlite|  bounced_at {ts},
sqlite|  bounce_kind TEXT CHECK (bounce_kind IN ('hard','soft','delayed')),
sqlite|  bounce_why TEXT
sqlite|);
sqlite|INSERT INTO outbox_next (id, kind, message_id, from_addr, reply_to, to_addr, to_name, subject, text, html, in_reply_to, refs, automatic, attachments, ticket_id, ticket_message_id, receipt_id, donor_id, state, not_before, attempts, lease_until, lease_token, last_error, server_answer, created_at, sent_at, to_domain)
sqlite|  SELECT id, kind, message_id, from_addr, reply_to, to_addr, to_name, subject, text, html, in_reply_to, refs, automatic, attachments, ticket_id, ticket_message_id, receipt_id, donor_id, state, not_before, attempts, lease_until, lease_token, last_error, server_answer, created_at, sent_at, lower(substr(to_addr, instr(to_addr, '@') + 1)) FROM outbox;
sqlite|DROP TABLE outbox;
sqlite|ALTER TABLE outbox_next RENAME TO outbox;
sqlite|CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('waiting','sending');
sqlite|CREATE INDEX outbox_state ON outbox (state, id);
sqlite|CREATE INDEX outbox_to ON outbox (to_addr, created_at);
sqlite|CREATE INDEX outbox_ticket_message ON outbox (ticket_message_id);
pg|ALTER TABLE outbox DROP CONSTRAINT outbox_state_check;
pg|ALTER TABLE outbox ADD CONSTRAINT outbox_state_check CHECK (state IN ('waiting','sending','sent','ambiguous','cancelled','dead','held'));
pg|ALTER TABLE outbox ADD COLUMN to_domain TEXT NOT NULL DEFAULT '', ADD COLUMN bounced_at {ts}, ADD COLUMN bounce_kind TEXT CHECK (bounce_kind IN ('hard','soft','delayed')), ADD COLUMN bounce_why TEXT;
pg|UPDATE outbox SET to_domain = lower(substr(to_addr, strpos(to_addr, '@') + 1));
CREATE INDEX outbox_domain ON outbox (to_domain, sent_at) WHERE sent_at IS NOT NULL;

ALTER TABLE ticket ADD COLUMN suspected BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX ticket_owed;
DROP INDEX ticket_owed_free;
DROP INDEX ticket_owed_mine;
CREATE INDEX ticket_owed ON ticket (owed_since, id) WHERE promise = 'owed' AND NOT suspected;
CREATE INDEX ticket_owed_free ON ticket (owed_since, id) WHERE promise = 'owed' AND NOT suspected AND assignee_id IS NULL;
CREATE INDEX ticket_owed_mine ON ticket (assignee_id, owed_since, id) WHERE promise = 'owed' AND NOT suspected;
CREATE INDEX ticket_suspected ON ticket (owed_since, id) WHERE promise = 'owed' AND suspected;

ALTER TABLE participant ADD COLUMN copied BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE message ADD COLUMN other_subject BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE message ADD COLUMN calendar TEXT;

CREATE TABLE mail_thread (
  hash TEXT NOT NULL,
  ticket_id BIGINT NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (hash, ticket_id)
);

INSERT INTO mail_thread (hash, ticket_id)
  SELECT DISTINCT message_id_hash, ticket_id FROM mail_in WHERE state = 'ticketed' AND message_id_hash IS NOT NULL;

CREATE TABLE ticket_link (
  ticket_id BIGINT NOT NULL REFERENCES ticket (id),
  other_id BIGINT NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (ticket_id, other_id)
);
INSERT INTO ticket_link (ticket_id, other_id) SELECT id, linked_to FROM ticket WHERE linked_to IS NOT NULL;
INSERT INTO ticket_link (ticket_id, other_id) SELECT linked_to, id FROM ticket WHERE linked_to IS NOT NULL;

CREATE TABLE unreachable (
  address TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('hard','soft')),
  since {ts} NOT NULL,
  last_at {ts} NOT NULL,
  times BIGINT NOT NULL,
  status TEXT,
  why TEXT NOT NULL,
  outbox_id BIGINT
);

CREATE TABLE imap_folder (
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  uidvalidity BIGINT NOT NULL,
  last_uid BIGINT NOT NULL,
  started_at {ts} NOT NULL,
  history_to BIGINT NOT NULL,
  looked_at {ts},
  last_error TEXT,
  failing_since {ts},
  PRIMARY KEY (account, folder)
);

CREATE TABLE imap_trouble (
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  tries INTEGER NOT NULL,
  why TEXT NOT NULL,
  first_at {ts} NOT NULL,
  last_at {ts} NOT NULL,
  PRIMARY KEY (account, folder, uidvalidity, uid)
);

CREATE TABLE reconciliation (
  id {pk},
  at {ts} NOT NULL,
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  on_server BIGINT NOT NULL,
  in_ledger BIGINT NOT NULL,
  missing BIGINT NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX reconciliation_folder ON reconciliation (account, folder, id);
"#;

const DOWN: &str = r#"
DROP TABLE reconciliation;
DROP TABLE imap_trouble;
DROP TABLE imap_folder;
DROP TABLE unreachable;
DROP TABLE ticket_link;
DROP TABLE mail_thread;
ALTER TABLE message DROP COLUMN calendar;
ALTER TABLE message DROP COLUMN other_subject;
ALTER TABLE participant DROP COLUMN copied;
DROP INDEX ticket_suspected;
DROP INDEX ticket_owed;
DROP INDEX ticket_owed_free;
DROP INDEX ticket_owed_mine;
ALTER TABLE ticket DROP COLUMN suspected;
CREATE INDEX ticket_owed ON ticket (owed_since, id) WHERE promise = 'owed';
CREATE INDEX ticket_owed_free ON ticket (owed_since, id) WHERE promise = 'owed' AND assignee_id IS NULL;
CREATE INDEX ticket_owed_mine ON ticket (assignee_id, owed_since, id) WHERE promise = 'owed';
DROP INDEX outbox_domain;
UPDATE outbox SET state = 'waiting' WHERE state = 'held';
sqlite|CREATE TABLE outbox_before (
sqlite|  id {pk},
sqlite|  kind TEXT NOT NULL CHECK (kind IN ('reply','acknowledgement','receipt','link','notice')),
sqlite|  message_id TEXT NOT NULL UNIQUE,
sqlite|  from_addr TEXT NOT NULL,
sqlite|  reply_to TEXT,
sqlite|  to_addr TEXT NOT NULL,
sqlite|  to_name TEXT NOT NULL,
sqlite|  subject TEXT NOT NULL,
sqlite|  text TEXT NOT NULL,
sqlite|  html TEXT NOT NULL,
sqlite|  in_reply_to TEXT,
sqlite|  refs TEXT,
sqlite|  automatic BOOLEAN NOT NULL,
sqlite|  attachments TEXT NOT NULL,
sqlite|  ticket_id BIGINT,
sqlite|  ticket_message_id BIGINT,
sqlite|  receipt_id BIGINT,
sqlite|  donor_id BIGINT,
sqlite|  state TEXT NOT NULL CHECK (state IN ('waiting','sending','sent','ambiguous','cancelled','dead')),
sqlite|  not_before {ts} NOT NULL,
sqlite|  attempts INTEGER NOT NULL,
sqlite|  lease_until {ts},
sqlite|  lease_token TEXT,
sqlite|  last_error TEXT,
sqlite|  server_answer TEXT,
sqlite|  created_at {ts} NOT NULL,
sqlite|  sent_at {ts}
sqlite|);
sqlite|INSERT INTO outbox_before SELECT id, kind, message_id, from_addr, reply_to, to_addr, to_name, subject, text, html, in_reply_to, refs, automatic, attachments, ticket_id, ticket_message_id, receipt_id, donor_id, state, not_before, attempts, lease_until, lease_token, last_error, server_answer, created_at, sent_at FROM outbox;
sqlite|DROP TABLE outbox;
sqlite|ALTER TABLE outbox_before RENAME TO outbox;
sqlite|CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('waiting','sending');
sqlite|CREATE INDEX outbox_state ON outbox (state, id);
sqlite|CREATE INDEX outbox_to ON outbox (to_addr, created_at);
sqlite|CREATE INDEX outbox_ticket_message ON outbox (ticket_message_id);
pg|ALTER TABLE outbox DROP CONSTRAINT outbox_state_check;
pg|ALTER TABLE outbox ADD CONSTRAINT outbox_state_check CHECK (state IN ('waiting','sending','sent','ambiguous','cancelled','dead'));
pg|ALTER TABLE outbox DROP COLUMN to_domain, DROP COLUMN bounced_at, DROP COLUMN bounce_kind, DROP COLUMN bounce_why;
DROP INDEX mail_in_source;
DROP INDEX mail_in_received;
DROP INDEX mail_in_blob;
UPDATE mail_in SET way = 'pipe' WHERE way IN ('lmtp','smtp','imap');
UPDATE mail_in SET disposition = 'duplicate' WHERE disposition = 'own';
sqlite|DROP TRIGGER mail_in_kept;
sqlite|CREATE TABLE mail_in_before (
sqlite|  id {pk},
sqlite|  received_at {ts} NOT NULL,
sqlite|  way TEXT NOT NULL CHECK (way IN ('pipe','form','page','import')),
sqlite|  raw_blob TEXT NOT NULL REFERENCES blob (hash),
sqlite|  size BIGINT NOT NULL,
sqlite|  envelope_to TEXT,
sqlite|  state TEXT NOT NULL CHECK (state IN ('stored','ticketed','refused','undigested')),
sqlite|  disposition TEXT CHECK (disposition IN ('new','linked','follow_up','report','duplicate','undigested')),
sqlite|  reason TEXT,
sqlite|  from_addr TEXT,
sqlite|  subject TEXT,
sqlite|  message_id_hash TEXT,
sqlite|  service_id BIGINT REFERENCES service (id),
sqlite|  language TEXT CHECK (language IN ('fr','en')),
sqlite|  ticket_id BIGINT REFERENCES ticket (id),
sqlite|  attempts INTEGER NOT NULL,
sqlite|  digested_at {ts}
sqlite|);
sqlite|INSERT INTO mail_in_before SELECT id, received_at, way, raw_blob, size, envelope_to, state, disposition, reason, from_addr, subject, message_id_hash, service_id, language, ticket_id, attempts, digested_at FROM mail_in;
sqlite|DROP TABLE mail_in;
sqlite|ALTER TABLE mail_in_before RENAME TO mail_in;
sqlite|CREATE INDEX mail_in_state ON mail_in (state, id);
sqlite|CREATE INDEX mail_in_message_id ON mail_in (message_id_hash);
sqlite|CREATE INDEX mail_in_ticket ON mail_in (ticket_id) WHERE ticket_id IS NOT NULL;
sqlite|CREATE TRIGGER mail_in_kept BEFORE DELETE ON mail_in BEGIN SELECT RAISE(ABORT, 'a mail is never deleted from the ledger'); END;
pg|ALTER TABLE mail_in DROP CONSTRAINT mail_in_way_check;
pg|ALTER TABLE mail_in ADD CONSTRAINT mail_in_way_check CHECK (way IN ('pipe','form','page','import'));
pg|ALTER TABLE mail_in DROP CONSTRAINT mail_in_disposition_check;
pg|ALTER TABLE mail_in ADD CONSTRAINT mail_in_disposition_check CHECK (disposition IN ('new','linked','follow_up','report','duplicate','undigested'));
pg|ALTER TABLE mail_in DROP COLUMN envelope_from, DROP COLUMN source_key, DROP COLUMN peer, DROP COLUMN auth, DROP COLUMN spam, DROP COLUMN spam_why;
"#;
