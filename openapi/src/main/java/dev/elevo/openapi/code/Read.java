package dev.elevo.openapi.code;

import java.util.Map;

/**
 * A parameter that is read.
 *
 * @param schema its rules in the words of OpenAPI
 */
public record Read(String name, Map<String, Object> schema, boolean required) {}
