CREATE TABLE organization (
    id              text PRIMARY KEY,
    name            text NOT NULL,
    disabled_at     timestamptz,
    disabled_reason text,
    max_sandboxes   integer,
    max_volumes     integer,
    limits          jsonb       NOT NULL DEFAULT '{}',
    version         bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);

CREATE TABLE member (
    organization_id text        NOT NULL REFERENCES organization (id),
    id              text        NOT NULL,
    name            text,
    email           text,
    metadata        jsonb       NOT NULL DEFAULT '{}',
    role            text        NOT NULL DEFAULT 'member',
    disabled_at     timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX member_in_order ON member (organization_id, created_at DESC, id);

-- Of a key only its hash: nobody who reads this can use it.
CREATE TABLE api_key (
    id              text PRIMARY KEY,
    organization_id text        NOT NULL,
    user_id         text        NOT NULL,
    name            text        NOT NULL,
    prefix          text        NOT NULL,
    sha256          text        NOT NULL UNIQUE,
    permissions     text[]      NOT NULL,
    limits          jsonb       NOT NULL DEFAULT '{}',
    expires_at      timestamptz,
    revoked_at      timestamptz,
    version         bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES member (organization_id, id)
);
CREATE INDEX api_key_in_order ON api_key (organization_id, user_id, created_at DESC, id) WHERE revoked_at IS NULL;

CREATE TABLE permission (
    id              uuid PRIMARY KEY,
    permission_code text        NOT NULL UNIQUE,
    permission_name text        NOT NULL,
    description     text,
    resource_type   text,
    actions         text[]      NOT NULL DEFAULT '{}',
    is_system       boolean     NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL
);
INSERT INTO permission (id, permission_code, permission_name, description, resource_type, actions, is_system, created_at)
VALUES ('9f0c1a52-6d0b-4b0e-8a55-1d7a3c1b0001', 'gateway.admin', 'Gateway administration', 'Routes, services and permissions', 'gateway', '{read,write}', true, now()),
       ('9f0c1a52-6d0b-4b0e-8a55-1d7a3c1b0002', 'service.read', 'Service reading', 'Routes and services', 'service', '{read}', false, now());

-- What the state table does not know yet. A row goes when what it names has been written there as it is now.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL,
    subject    text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
