package dev.elevo.agent.lsp;

/** How much a server may say: a lot at once, and then no more than what somebody could want to know. */
final class Allowance {
    private static final long BURST = 16L << 20;
    private static final long BYTES_PER_SECOND = 1L << 20;

    /** Of what a message costs us, however short it is. */
    private static final int LEAST = 1024;

    private double left = BURST;
    private long at = System.nanoTime();

    void spend(int bytes) throws BrokenServerException {
        var now = System.nanoTime();
        left = Math.min(BURST, left + (now - at) / 1e9 * BYTES_PER_SECOND) - Math.max(LEAST, bytes);
        at = now;
        if (left < 0) {
            throw new BrokenServerException("flood");
        }
    }
}
