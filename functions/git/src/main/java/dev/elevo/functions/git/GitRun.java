package dev.elevo.functions.git;

import dev.elevo.platform.git.GitCall;
import dev.elevo.platform.git.GitLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call as it is run: its script with arguments, and what it reads. */
final class GitRun {
    private static final int LOCAL_TIME_MS = 600_000;

    /** Settings that the repository and its user do not get to choose while we read. */
    private static final List<Map.Entry<String, String>> SETTINGS = List.of(
            Map.entry("color.ui", "false"),
            Map.entry("core.quotePath", "false"),
            Map.entry("log.showSignature", "false"),
            // A page and its total have to mean the same commits.
            Map.entry("log.follow", "false"),
            Map.entry("log.mailmap", "false"),
            // Paths are from the top, whatever directory the call names.
            Map.entry("diff.relative", "false"),
            // As messages come to us, and as they are asked for again.
            Map.entry("i18n.commitEncoding", "UTF-8"),
            Map.entry("protocol.allow", "never"),
            Map.entry("protocol.https.allow", "always"),
            Map.entry("protocol.http.allow", "always"),
            Map.entry("protocol.ssh.allow", "always"),
            Map.entry("protocol.git.allow", "always"),
            // Only what the caller named: not what a submodule names.
            Map.entry("protocol.file.allow", "user"),
            Map.entry("http.lowSpeedLimit", "1"),
            Map.entry("http.lowSpeedTime", "120"));

    final GitCall call;
    final List<String> arguments = new ArrayList<>();
    private @Nullable String input;
    private Credentials credentials = Credentials.NONE;
    private int timeoutMs = LOCAL_TIME_MS;
    private boolean inside = true;

    GitRun(GitCall call) {
        this.call = call;
    }

    GitRun with(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** An argument that stands for a yes or an empty no. */
    GitRun flag(@Nullable Boolean is) {
        return with(Boolean.TRUE.equals(is) ? "yes" : "");
    }

    GitRun option(boolean is, String option) {
        return is ? with(option) : this;
    }

    GitRun orEmpty(@Nullable String argument) {
        return with(argument == null ? "" : argument);
    }

    /** The last of a call: its script makes git's pathspecs of them. */
    GitRun paths(List<String> paths) {
        arguments.addAll(paths);
        return this;
    }

    GitRun reads(@Nullable String text) {
        input = text;
        return this;
    }

    GitRun as(Credentials given) {
        credentials = given;
        input = given.input();
        return this;
    }

    GitRun within(int milliseconds) {
        timeoutMs = milliseconds;
        return this;
    }

    /** Where there need not be a directory yet. */
    GitRun anywhere() {
        inside = false;
        return this;
    }

    List<String> line() {
        var line = new ArrayList<>(List.of("/bin/sh", "-c", Scripts.of(call.action()), "git"));
        line.addAll(arguments);
        return line;
    }

    String directory() {
        return inside ? call.path() : "/";
    }

    @Nullable
    String input() {
        return input;
    }

    int timeoutMs() {
        return timeoutMs;
    }

    Map<String, String> environment() {
        var environment = new HashMap<>(Map.of(
                "LC_ALL", "C",
                "LANGUAGE", "",
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_ASKPASS", "",
                "GIT_EDITOR", "true",
                "GIT_PAGER", "cat",
                "CREDENTIALS", credentials.kind(),
                "MOST_REPOSITORY_BYTES", Long.toString(GitLimits.REPOSITORY_BYTES),
                "MOST_FILE_BYTES", Long.toString(GitLimits.FILE_BYTES),
                "GIT_CONFIG_COUNT", Integer.toString(SETTINGS.size())));
        if (isLook()) {
            // A look must not keep those who work there from their index.
            environment.put("GIT_OPTIONAL_LOCKS", "0");
        }
        for (int i = 0; i < SETTINGS.size(); i++) {
            environment.put("GIT_CONFIG_KEY_" + i, SETTINGS.get(i).getKey());
            environment.put("GIT_CONFIG_VALUE_" + i, SETTINGS.get(i).getValue());
        }
        return environment;
    }

    private boolean isLook() {
        return switch (call.action()) {
            case STATUS, LOG, DIFF, BRANCHES -> true;
            default -> false;
        };
    }

    /** For lists of processes. */
    String name() {
        return "git " + call.action().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + call.path();
    }
}
