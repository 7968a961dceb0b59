package dev.elevo.agent.metrics;

/** With one decimal. The kernel lets a limit be passed by a little for a moment; nobody wants to see 101 of 100. */
final class Percent {
    private Percent() {}

    static double of(long part, long whole) {
        return whole <= 0 ? 0 : Math.round(Math.clamp(1000.0 * part / whole, 0.0, 1000.0)) / 10.0;
    }
}
