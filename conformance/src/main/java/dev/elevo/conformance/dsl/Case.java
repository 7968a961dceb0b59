package dev.elevo.conformance.dsl;

/**
 * One statement of the contract.
 *
 * @param area of the suite
 * @param endpoint verb and path, below {@code /api/v1} unless the area is the gateway
 * @param statement in words, with the section it is from
 */
public record Case(String area, String endpoint, String statement, Check check) {}
