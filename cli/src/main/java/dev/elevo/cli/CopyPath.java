package dev.elevo.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** One side of a copy: in a sandbox, {@code box:/path}, or here. What is here and has a colon is written {@code ./a:b}. */
sealed interface CopyPath {
    Pattern IN_SANDBOX = Pattern.compile("([a-z0-9][a-z0-9-]*):(.*)");

    record Local(Path path) implements CopyPath {}

    /** Absolute, or from the sandbox's working directory on; empty for that. */
    record Remote(String sandbox, String path) implements CopyPath {

        Remote absolute(String workDir) {
            return path.startsWith("/") ? this : new Remote(sandbox, path.isEmpty() ? workDir : workDir + "/" + path);
        }

        /** The last of it. */
        String name() {
            var plain = path.replaceFirst("/+$", "");
            return plain.substring(plain.lastIndexOf('/') + 1);
        }

        Remote child(String name) {
            return new Remote(sandbox, path.replaceFirst("/*$", "/") + name);
        }
    }

    static CopyPath of(String text) {
        var parts = IN_SANDBOX.matcher(text);
        return parts.matches() ? new Remote(parts.group(1), parts.group(2)) : new Local(Path.of(text));
    }
}
