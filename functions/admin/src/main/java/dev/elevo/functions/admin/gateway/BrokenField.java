package dev.elevo.functions.admin.gateway;

import io.micronaut.serde.annotation.Serdeable;

/** What is wrong with a field, a parameter or a header. */
@Serdeable
record BrokenField(String field, String message) {}
