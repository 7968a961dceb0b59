package dev.elevo.agent.process;

import dev.elevo.contract.sandbox.Rules;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Where a command ended, and the environment it had then. The command may have said anything. */
record SessionState(String cwd, Map<String, String> env) {
    /** More is not carried over. */
    static final int MOST_BYTES = 512 << 10;

    /** The shell's, to standard output: the directory and the variables, each with a NUL behind it. */
    static final String TELL = "printf '%s\\000' \"$(pwd)\"; /usr/bin/env -0";

    /** Of the process that told, and of the session's own. */
    private static final Set<String> NOT_CARRIED = Set.of("_", "SHLVL", Sessions.MARK);

    private static final Pattern NAME = Pattern.compile(Rules.ENV_NAME);
    private static final int MOST_PATH = 4096;
    private static final int MOST_VARIABLES = 1000;

    /** Empty for what is no state, or half of one, or more than is carried over. */
    static Optional<SessionState> read(byte[] told) {
        if (told.length > MOST_BYTES) {
            return Optional.empty();
        }
        var parts = new String(told, StandardCharsets.UTF_8).split("\0", -1);
        var cwd = parts[0];
        // Without a single variable its environment was not told: the session's own mark is in every one.
        if (parts.length < 3
                || !cwd.startsWith("/")
                || cwd.length() > MOST_PATH
                || !parts[parts.length - 1].isEmpty()) {
            return Optional.empty();
        }
        var env = new HashMap<String, String>();
        for (int i = 1; i < parts.length - 1; i++) {
            var equals = parts[i].indexOf('=');
            var name = parts[i].substring(0, Math.max(0, equals));
            if (NAME.matcher(name).matches() && !NOT_CARRIED.contains(name)) {
                env.put(name, parts[i].substring(equals + 1));
            }
        }
        return env.size() > MOST_VARIABLES ? Optional.empty() : Optional.of(new SessionState(cwd, env));
    }
}
