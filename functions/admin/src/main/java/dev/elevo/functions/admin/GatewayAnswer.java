package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;

/** The envelope of the root paths (contract 5.1). */
@Serdeable
record GatewayAnswer<T>(String code, String msg, T content) {
    static final String SUCCESS = "S10000";
    static final String INTERNAL_ERROR = "F50000";
}
