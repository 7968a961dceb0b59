ALTER TABLE member ADD COLUMN disabled_reason text;
