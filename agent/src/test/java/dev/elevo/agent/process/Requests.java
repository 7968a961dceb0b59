package dev.elevo.agent.process;

import dev.elevo.contract.process.RunRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds run requests, one wish at a time. */
final class Requests {
    private final String command;
    private @Nullable Boolean useShell;
    private @Nullable List<String> args;
    private @Nullable String cwd;
    private @Nullable Map<String, String> env;
    private @Nullable Boolean replaceEnv;
    private @Nullable String user;
    private @Nullable String shell;
    private @Nullable Integer timeoutMs;
    private @Nullable Integer waitMs;
    private @Nullable String encoding;
    private @Nullable Integer maxBuffer;
    private @Nullable String input;

    private Requests(String command) {
        this.command = command;
    }

    static Requests command(String command) {
        return new Requests(command);
    }

    Requests program(String... arguments) {
        useShell = false;
        args = List.of(arguments);
        return this;
    }

    Requests in(String directory) {
        cwd = directory;
        return this;
    }

    Requests env(Map<String, String> variables) {
        env = variables;
        return this;
    }

    Requests onlyEnv(Map<String, String> variables) {
        replaceEnv = true;
        return env(variables);
    }

    Requests as(String name) {
        user = name;
        return this;
    }

    Requests shell(String path) {
        shell = path;
        return this;
    }

    Requests timeout(int millis) {
        timeoutMs = millis;
        return this;
    }

    Requests waiting(int millis) {
        waitMs = millis;
        return this;
    }

    Requests base64() {
        encoding = "base64";
        return this;
    }

    Requests keeping(int bytes) {
        maxBuffer = bytes;
        return this;
    }

    Requests input(String text) {
        input = text;
        return this;
    }

    RunRequest build() {
        return new RunRequest(
                command,
                useShell,
                args,
                cwd,
                env,
                replaceEnv,
                user,
                shell,
                timeoutMs,
                waitMs,
                encoding,
                maxBuffer,
                input);
    }
}
