//! The association and the people who work for it.

crate::sql::change!("m0002_staff", UP, DOWN);

const UP: &str = r#"
CREATE TABLE association (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  siren TEXT,
  rna TEXT,
  street TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  object TEXT NOT NULL,
  category TEXT NOT NULL,
  category_sub_box TEXT,
  category_detail TEXT,
  category_date {date},
  signer_name TEXT NOT NULL,
  signer_quality TEXT NOT NULL,
  signature_blob TEXT REFERENCES blob (hash),
  articles TEXT NOT NULL,
  receipt_prefix TEXT NOT NULL,
  receipt_last_number BIGINT NOT NULL,
  receipt_first_year INTEGER NOT NULL,
  words_spelling TEXT NOT NULL CHECK (words_spelling IN ('traditional','rectified_1990')),
  date_policy TEXT NOT NULL CHECK (date_policy IN ('payment_day','credited_day')),
  receipts_abroad BOOLEAN NOT NULL,
  contact_mail TEXT NOT NULL,
  set_up_at {ts} NOT NULL,
  version INTEGER NOT NULL
);

CREATE TABLE member (
  id {pk},
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('agent','treasurer','admin','auditor')),
  password_hash TEXT,
  language TEXT NOT NULL CHECK (language IN ('fr','en')),
  signature TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at {ts} NOT NULL,
  version INTEGER NOT NULL
);

CREATE TABLE session (
  id {pk},
  token_hash TEXT NOT NULL UNIQUE,
  member_id BIGINT NOT NULL REFERENCES member (id),
  created_at {ts} NOT NULL,
  seen_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  address TEXT NOT NULL,
  browser TEXT NOT NULL
);
CREATE INDEX session_member ON session (member_id);

CREATE TABLE one_time_link (
  id {pk},
  token_hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('setup','sign_in','donor')),
  member_id BIGINT REFERENCES member (id),
  email TEXT,
  created_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  used_at {ts}
);
"#;

const DOWN: &str = r#"
DROP TABLE one_time_link;
DROP TABLE session;
DROP TABLE member;
DROP TABLE association;
"#;
