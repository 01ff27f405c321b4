//! Mail that leaves: what goes first, when it was tried, who holds it back (law M5). The due list is read in its
//! order, whatever else the table holds; the pace of a domain is counted from the tries of the last minute.

crate::sql::change!("m0008_outbox", UP, DOWN);

const UP: &str = r#"
ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN first_tried_at {ts};
ALTER TABLE outbox ADD COLUMN tried_at {ts};
ALTER TABLE outbox ADD COLUMN held_at {ts};
ALTER TABLE outbox ADD COLUMN held_by TEXT;
UPDATE outbox SET priority = CASE kind WHEN 'reply' THEN 0 WHEN 'receipt' THEN 2 ELSE 1 END;
UPDATE outbox SET first_tried_at = created_at WHERE attempts > 0;
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (state, priority, not_before, id, to_domain);
CREATE INDEX outbox_tried ON outbox (tried_at, to_domain, priority) WHERE tried_at IS NOT NULL;
CREATE INDEX outbox_kind ON outbox (kind, state, id);
"#;

const DOWN: &str = r#"
DROP INDEX outbox_kind;
DROP INDEX outbox_tried;
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('waiting','sending');
ALTER TABLE outbox DROP COLUMN priority;
ALTER TABLE outbox DROP COLUMN first_tried_at;
ALTER TABLE outbox DROP COLUMN tried_at;
ALTER TABLE outbox DROP COLUMN held_at;
ALTER TABLE outbox DROP COLUMN held_by;
"#;
