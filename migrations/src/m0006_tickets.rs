//! Tickets, promises, messages, the inbound ledger (laws P1 to P6, M1, M2).

crate::sql::change!("m0006_tickets", UP, DOWN);

const UP: &str = r#"
CREATE TABLE service (
  id {pk},
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  about TEXT NOT NULL CHECK (about IN ('support','gift_receipt')),
  position INTEGER NOT NULL,
  active BOOLEAN NOT NULL
);

CREATE TABLE requester (
  id {pk},
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('fr','en')),
  created_at {ts} NOT NULL
);

CREATE TABLE ticket (
  id {pk},
  subject TEXT NOT NULL,
  about TEXT NOT NULL CHECK (about IN ('support','gift_receipt')),
  service_id BIGINT REFERENCES service (id),
  requester_id BIGINT NOT NULL REFERENCES requester (id),
  assignee_id BIGINT REFERENCES member (id),
  state TEXT NOT NULL CHECK (state IN ('open','closed')),
  promise TEXT NOT NULL CHECK (promise IN ('none','owed','answering','answered','waived','moved')),
  owed_since {ts},
  close_when_sent BOOLEAN NOT NULL,
  last_words TEXT NOT NULL,
  last_at {ts} NOT NULL,
  opened_at {ts} NOT NULL,
  closed_at {ts},
  linked_to BIGINT REFERENCES ticket (id),
  merged_into BIGINT REFERENCES ticket (id),
  version INTEGER NOT NULL,
  CONSTRAINT a_promise_keeps_a_ticket_open CHECK (state <> 'closed' OR promise NOT IN ('owed','answering')),
  CONSTRAINT an_owed_ticket_says_since_when CHECK ((promise IN ('owed','answering')) = (owed_since IS NOT NULL)),
  CONSTRAINT a_closed_ticket_says_when CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX ticket_owed ON ticket (owed_since, id) WHERE promise = 'owed';
CREATE INDEX ticket_owed_free ON ticket (owed_since, id) WHERE promise = 'owed' AND assignee_id IS NULL;
CREATE INDEX ticket_owed_mine ON ticket (assignee_id, owed_since, id) WHERE promise = 'owed';
CREATE INDEX ticket_open ON ticket (last_at, id) WHERE state = 'open' AND promise <> 'owed';
CREATE INDEX ticket_closed ON ticket (closed_at, id) WHERE state = 'closed';
CREATE INDEX ticket_requester ON ticket (requester_id, id);
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE participant (
  ticket_id BIGINT NOT NULL REFERENCES ticket (id),
  requester_id BIGINT NOT NULL REFERENCES requester (id),
  PRIMARY KEY (ticket_id, requester_id)
);

CREATE TABLE mail_in (
  id {pk},
  received_at {ts} NOT NULL,
  way TEXT NOT NULL CHECK (way IN ('pipe','form','page','import')),
  raw_blob TEXT NOT NULL REFERENCES blob (hash),
  size BIGINT NOT NULL,
  envelope_to TEXT,
  state TEXT NOT NULL CHECK (state IN ('stored','ticketed','refused','undigested')),
  disposition TEXT CHECK (disposition IN ('new','linked','follow_up','report','duplicate','undigested')),
  reason TEXT,
  from_addr TEXT,
  subject TEXT,
  message_id_hash TEXT,
  service_id BIGINT REFERENCES service (id),
  language TEXT CHECK (language IN ('fr','en')),
  ticket_id BIGINT REFERENCES ticket (id),
  attempts INTEGER NOT NULL,
  digested_at {ts}
);
CREATE INDEX mail_in_state ON mail_in (state, id);
CREATE INDEX mail_in_message_id ON mail_in (message_id_hash);
CREATE INDEX mail_in_ticket ON mail_in (ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE message (
  id {pk},
  ticket_id BIGINT NOT NULL REFERENCES ticket (id),
  kind TEXT NOT NULL CHECK (kind IN ('inbound','machine','reply','note','automatic')),
  requester_id BIGINT REFERENCES requester (id),
  member_id BIGINT REFERENCES member (id),
  at {ts} NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  quoted TEXT NOT NULL,
  html TEXT,
  message_id TEXT,
  message_id_hash TEXT,
  mail_in_id BIGINT REFERENCES mail_in (id),
  state TEXT NOT NULL CHECK (state IN ('kept','sending','sent','failed','taken_back'))
);
CREATE INDEX message_ticket ON message (ticket_id, id);
CREATE INDEX message_id_hash ON message (message_id_hash) WHERE message_id_hash IS NOT NULL;
CREATE UNIQUE INDEX message_mail_in ON message (mail_in_id) WHERE mail_in_id IS NOT NULL;

CREATE TABLE attachment (
  id {pk},
  message_id BIGINT NOT NULL REFERENCES message (id),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL,
  content_id TEXT,
  is_inline BOOLEAN NOT NULL,
  blob TEXT NOT NULL REFERENCES blob (hash)
);
CREATE INDEX attachment_message ON attachment (message_id);

CREATE TABLE promise (
  id {pk},
  ticket_id BIGINT NOT NULL REFERENCES ticket (id),
  requester_id BIGINT REFERENCES requester (id),
  first_message_id BIGINT REFERENCES message (id),
  owed_since {ts} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('owed','answering','answered','waived','moved')),
  member_id BIGINT REFERENCES member (id),
  answer_message_id BIGINT REFERENCES message (id),
  waived_reason TEXT CHECK (waived_reason IN ('spam','machine_mail','thanks','answered_otherwise','withdrawn','unreachable','abuse')),
  waived_note TEXT,
  moved_to BIGINT REFERENCES ticket (id),
  still_owed_since {ts},
  ended_at {ts},
  CONSTRAINT a_promise_ends_by_answer_waiver_or_move CHECK (
    (state IN ('owed','answering') AND ended_at IS NULL)
    OR (state = 'answered' AND ended_at IS NOT NULL AND member_id IS NOT NULL AND answer_message_id IS NOT NULL)
    OR (state = 'waived' AND ended_at IS NOT NULL AND member_id IS NOT NULL AND waived_reason IS NOT NULL)
    OR (state = 'moved' AND ended_at IS NOT NULL AND moved_to IS NOT NULL))
);
CREATE UNIQUE INDEX promise_one_live ON promise (ticket_id) WHERE state IN ('owed','answering');
CREATE INDEX promise_ticket ON promise (ticket_id, id);
CREATE INDEX promise_answer ON promise (answer_message_id) WHERE answer_message_id IS NOT NULL;
CREATE INDEX promise_ended ON promise (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE ticket_merge (
  id {pk},
  from_ticket BIGINT NOT NULL REFERENCES ticket (id),
  into_ticket BIGINT NOT NULL REFERENCES ticket (id),
  merged_at {ts} NOT NULL,
  merged_by BIGINT REFERENCES member (id),
  from_state TEXT NOT NULL,
  from_owed_since {ts},
  into_owed_since {ts},
  undone_at {ts}
);
CREATE INDEX ticket_merge_into ON ticket_merge (into_ticket);
CREATE INDEX ticket_merge_from ON ticket_merge (from_ticket);

sqlite|CREATE TRIGGER mail_in_kept BEFORE DELETE ON mail_in BEGIN SELECT RAISE(ABORT, 'a mail is never deleted from the ledger'); END;
pg|CREATE TRIGGER mail_in_kept BEFORE DELETE ON mail_in FOR EACH ROW EXECUTE FUNCTION soutien_refuse('a mail is never deleted from the ledger');
"#;

const DOWN: &str = r#"
DROP TABLE ticket_merge;
DROP TABLE promise;
DROP TABLE attachment;
DROP TABLE message;
DROP TABLE mail_in;
DROP TABLE participant;
DROP TABLE ticket;
DROP TABLE requester;
DROP TABLE service;
"#;
