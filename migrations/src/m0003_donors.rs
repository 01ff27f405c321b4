//! People and organisations that give.

crate::sql::change!("m0003_donors", UP, DOWN);

const UP: &str = r#"
CREATE TABLE donor (
  id {pk},
  kind TEXT NOT NULL CHECK (kind IN ('person','organisation')),
  last_name TEXT NOT NULL,
  first_names TEXT NOT NULL,
  organisation TEXT NOT NULL,
  legal_form TEXT NOT NULL,
  siren TEXT,
  street TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('fr','en')),
  receipt_pref TEXT NOT NULL CHECK (receipt_pref IN ('yearly','each','none')),
  receipt_route TEXT NOT NULL CHECK (receipt_route IN ('mail','post')),
  notes TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  search_key TEXT NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version INTEGER NOT NULL
);
sqlite|CREATE INDEX donor_sort ON donor (sort_key, id, search_key);
pg|CREATE INDEX donor_sort ON donor (sort_key, id);

CREATE TABLE donor_mail (
  id {pk},
  donor_id BIGINT NOT NULL REFERENCES donor (id),
  address TEXT NOT NULL,
  norm TEXT NOT NULL,
  is_main BOOLEAN NOT NULL,
  UNIQUE (norm, donor_id)
);
CREATE INDEX donor_mail_donor ON donor_mail (donor_id);

sqlite|CREATE VIRTUAL TABLE donor_search USING fts5 (search_key, content='donor', content_rowid='id', tokenize='trigram');
sqlite|CREATE TRIGGER donor_search_insert AFTER INSERT ON donor BEGIN INSERT INTO donor_search (rowid, search_key) VALUES (NEW.id, NEW.search_key); END;
sqlite|CREATE TRIGGER donor_search_delete AFTER DELETE ON donor BEGIN INSERT INTO donor_search (donor_search, rowid, search_key) VALUES ('delete', OLD.id, OLD.search_key); END;
sqlite|CREATE TRIGGER donor_search_update AFTER UPDATE OF search_key ON donor BEGIN INSERT INTO donor_search (donor_search, rowid, search_key) VALUES ('delete', OLD.id, OLD.search_key); INSERT INTO donor_search (rowid, search_key) VALUES (NEW.id, NEW.search_key); END;
pg|CREATE EXTENSION IF NOT EXISTS pg_trgm;
pg|CREATE INDEX donor_search ON donor USING gin (search_key gin_trgm_ops);

CREATE TABLE donor_session (
  id {pk},
  token_hash TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  created_at {ts} NOT NULL,
  expires_at {ts} NOT NULL
);
"#;

const DOWN: &str = r#"
DROP TABLE donor_session;
sqlite|DROP TABLE donor_search;
DROP TABLE donor_mail;
DROP TABLE donor;
"#;
