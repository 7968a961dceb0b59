-- What a route or an instance says is read whole; columns are what is asked for or must be unique.
CREATE TABLE gateway_route (
    id           uuid PRIMARY KEY,
    service_name text        NOT NULL,
    path_pattern text        NOT NULL,
    method       text        NOT NULL,
    version      text        NOT NULL,
    is_active    boolean     NOT NULL,
    priority     integer     NOT NULL,
    settings     jsonb       NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    deleted_at   timestamptz
);
CREATE UNIQUE INDEX gateway_route_key ON gateway_route (path_pattern, method, version) WHERE deleted_at IS NULL;
CREATE INDEX gateway_route_in_order ON gateway_route (priority DESC, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE gateway_instance (
    id            uuid PRIMARY KEY,
    service_name  text        NOT NULL,
    instance_id   text        NOT NULL,
    settings      jsonb       NOT NULL,
    status        text        NOT NULL,
    failed_checks integer     NOT NULL DEFAULT 0,
    last_check    timestamptz,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    UNIQUE (service_name, instance_id)
);
