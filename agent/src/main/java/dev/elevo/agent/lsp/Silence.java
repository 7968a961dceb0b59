package dev.elevo.agent.lsp;

/** How long a server has left questions without an answer. Questions that were asked at the same time are one: it may just be slow. */
final class Silence {
    /** After which it is taken for dead. */
    private static final int MOST_UNANSWERED = 5;

    private int unanswered;
    private long countedAt = System.nanoTime();

    synchronized void broken() {
        unanswered = 0;
    }

    /** @param askedAt when the question was asked that has no answer now */
    synchronized boolean isDeathly(long askedAt) {
        if (askedAt - countedAt >= 0) {
            unanswered++;
            countedAt = System.nanoTime();
        }
        return unanswered >= MOST_UNANSWERED;
    }
}
