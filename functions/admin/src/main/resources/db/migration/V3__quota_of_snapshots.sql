ALTER TABLE organization ADD COLUMN max_snapshots integer;
