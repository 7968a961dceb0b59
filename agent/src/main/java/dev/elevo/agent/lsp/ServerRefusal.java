package dev.elevo.agent.lsp;

import dev.elevo.contract.Excerpt;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.jspecify.annotations.Nullable;

/** A server answers that it will not, in words that come from inside. */
final class ServerRefusal extends RuntimeException {
    private final int code;
    private final String words;

    ServerRefusal(ResponseError error) {
        this(error.getCode(), error.getMessage());
    }

    private ServerRefusal(int code, @Nullable String words) {
        super("refused with " + code, null, false, false);
        this.code = code;
        this.words = words == null ? "" : Excerpt.of(words);
    }

    int code() {
        return code;
    }

    String words() {
        return words;
    }
}
