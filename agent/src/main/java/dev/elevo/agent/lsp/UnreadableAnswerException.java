package dev.elevo.agent.lsp;

/** A server answers what is no answer to the question. Of what it has said nothing is kept. */
final class UnreadableAnswerException extends RuntimeException {
    UnreadableAnswerException(String what) {
        super(what, null, false, false);
    }
}
