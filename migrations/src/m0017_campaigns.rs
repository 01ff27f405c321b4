//! What is asked for in a campaign, or kept apart in a fund: a goal for the name that gifts bear.

crate::sql::change!("m0017_campaigns", UP, DOWN);

const UP: &str = r#"
CREATE TABLE campaign (
  id {pk},
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  kind TEXT NOT NULL CHECK (kind IN ('campaign','fund')),
  goal_cents BIGINT CHECK (goal_cents > 0),
  begins_on {date},
  ends_on {date},
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at {ts} NOT NULL,
  CHECK (begins_on IS NULL OR ends_on IS NULL OR begins_on <= ends_on)
);
CREATE INDEX gift_campaign ON gift (campaign, gift_date, gross_cents) WHERE campaign <> '';
"#;

const DOWN: &str = r#"
DROP INDEX gift_campaign;
DROP TABLE campaign;
"#;
