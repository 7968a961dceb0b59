package dev.elevo.functions.git;

import org.jspecify.annotations.Nullable;

/**
 * What a remote wants to see, for one call. It goes through the standard input of the one process, is in no argument, variable
 * or file, and is read there by the one program that needs it.
 */
record Credentials(
        @Nullable String username,
        @Nullable String password,
        @Nullable String sshKey,
        @Nullable String sshKeyPassword) {
    static final Credentials NONE = new Credentials(null, null, null, null);

    /** As the scripts call it. */
    String kind() {
        if (sshKey != null) {
            return "ssh";
        }
        return username != null || password != null ? "http" : "none";
    }

    /** The input of the script. */
    @Nullable
    String input() {
        if (sshKey != null) {
            return (sshKeyPassword == null ? "" : sshKeyPassword) + "\n" + sshKey + (sshKey.endsWith("\n") ? "" : "\n");
        }
        if (username == null && password == null) {
            return null;
        }
        return (username == null ? "" : "username=" + username + "\n")
                + (password == null ? "" : "password=" + password + "\n")
                + "\n";
    }

    /** Never written anywhere. */
    @Override
    public String toString() {
        return "Credentials[" + kind() + "]";
    }
}
