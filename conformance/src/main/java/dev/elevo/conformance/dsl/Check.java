package dev.elevo.conformance.dsl;

/** How a statement is tried; it throws {@link Mismatch} where it does not hold, {@link NotOffered} where it cannot. */
@FunctionalInterface
public interface Check {
    void run(World world) throws Exception;
}
