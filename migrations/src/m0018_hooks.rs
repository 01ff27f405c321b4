//! What payment tools announce by themselves: each once.

crate::sql::change!("m0018_hooks", UP, DOWN);

const UP: &str = r#"
CREATE TABLE hook_event (
  id {pk},
  source TEXT NOT NULL CHECK (source IN ('helloasso','stripe')),
  event_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payment_key TEXT,
  cents BIGINT,
  paid_at {ts},
  who TEXT NOT NULL,
  cells TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting','brought','ignored')),
  import_id BIGINT REFERENCES import_file (id),
  received_at {ts} NOT NULL,
  UNIQUE (source, event_key),
  CHECK ((state = 'brought') = (import_id IS NOT NULL)),
  CHECK (state <> 'waiting' OR payment_key IS NOT NULL)
);
CREATE INDEX hook_event_waiting ON hook_event (source, id) WHERE state = 'waiting';
"#;

const DOWN: &str = r#"
DROP TABLE hook_event;
"#;
