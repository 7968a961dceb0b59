-- Counts the changes of a user's devices: what the state table is told of them, it is told in this order.
ALTER TABLE member ADD COLUMN devices_version bigint NOT NULL DEFAULT 0;

-- A token leads to one device, and a device belongs to one user. Tokens are too long for an index.
CREATE TABLE device (
    id              text PRIMARY KEY,
    organization_id text        NOT NULL,
    user_id         text        NOT NULL,
    platform        text        NOT NULL,
    token           text        NOT NULL,
    token_sha256    text        NOT NULL UNIQUE,
    name            text,
    created_at      timestamptz NOT NULL,
    registered_at   timestamptz NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES member (organization_id, id)
);
CREATE INDEX device_in_order ON device (organization_id, user_id, created_at DESC, id);
