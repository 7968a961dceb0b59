package dev.elevo.openapi;

import java.util.Map;

/** How the paths of the gateway tell a failure (contract 5.1). */
record GatewayFailure(String code, String msg, Map<String, Object> content) {}
