package dev.elevo.localstack.launch;

import java.util.List;

/** What was asked for cannot be meant; nothing was done. */
public final class BadOptionsException extends NotStartedException {
    BadOptionsException(List<String> sentences) {
        super(String.join("\n", sentences));
    }
}
