package dev.elevo.platform.git;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Why a remote was of no use. Git says so in words only, which in its C locale have been these for many years; what the remote
 * itself says is not listened to.
 */
final class RemoteWords {
    /** Of words; the first kind that is found counts. */
    enum Reason {
        AUTH(
                "Authentication failed for",
                "could not read Username",
                "could not read Password",
                "Permission denied (",
                "Too many authentication failures",
                "returned error: 401",
                "returned error: 403"),
        NO_REF("Remote branch", "couldn't find remote ref", "remote ref does not exist"),
        NOT_FOUND(
                "' not found",
                "does not exist",
                "does not appear to be a git repository",
                "is this a git repository?",
                "returned error: 404"),
        TIMEOUT("timed out", "Operation too slow"),
        NETWORK(
                "Could not resolve host",
                "ould not resolve hostname",
                "Failed to connect",
                "unable to connect to",
                "Connection refused",
                "Connection reset",
                "Connection closed",
                "Network is unreachable",
                "No route to host",
                "hung up unexpectedly",
                "unexpected disconnect",
                "early EOF",
                "RPC failed",
                "unable to access",
                "Empty reply"),
        OTHER;

        private final List<String> words;

        Reason(String... words) {
            this.words = List.of(words);
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private RemoteWords() {}

    static Reason reason(String stderr) {
        var own = stderr.lines().filter(line -> !line.startsWith("remote:")).collect(Collectors.joining("\n"));
        for (var reason : Reason.values()) {
            if (reason.words.stream().anyMatch(own::contains)) {
                return reason;
            }
        }
        return Reason.OTHER;
    }
}
