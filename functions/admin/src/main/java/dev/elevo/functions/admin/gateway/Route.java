package dev.elevo.functions.admin.gateway;

import java.time.Instant;
import java.util.UUID;

/** Where requests of one kind go. */
public record Route(UUID id, RouteSettings settings, Instant createdAt, Instant updatedAt) {}
