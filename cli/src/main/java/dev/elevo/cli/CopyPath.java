package dev.elevo.cli;

import dev.elevo.client.WorkspaceClient;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One side of a copy: in a sandbox, {@code box:/path}, or here. What is here and has a colon is written {@code ./a:b}. */
sealed interface CopyPath {
    Pattern IN_SANDBOX = Pattern.compile("([a-z0-9][a-z0-9-]*):(.*)");

    record Local(Path path) implements CopyPath {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** Absolute, or from the sandbox's working directory on; empty for that. */
    record Remote(String sandbox, String path) implements CopyPath {

        Remote absolute(WorkspaceClient workspace) {
            return absolute(() -> workspace.sandbox(sandbox).info().workDir());
        }

        /** @param workDir is asked for where it matters */
        Remote absolute(Supplier<String> workDir) {
            return path.startsWith("/") ? this : new Remote(sandbox, beneath(workDir.get()));
        }

        private String beneath(String workDir) {
            return path.isEmpty() ? workDir : workDir + "/" + path;
        }

        /** The last of it. */
        String name() {
            var plain = path.replaceFirst("/+$", "");
            return plain.substring(plain.lastIndexOf('/') + 1);
        }

        Remote child(String name) {
            return new Remote(sandbox, path.replaceFirst("/*$", "/") + name);
        }

        @Override
        public String toString() {
            return sandbox + ":" + path;
        }
    }

    static CopyPath of(String text) {
        var parts = IN_SANDBOX.matcher(text);
        return parts.matches() ? new Remote(parts.group(1), parts.group(2)) : new Local(Path.of(text));
    }
}
