package dev.elevo.agent.process;

import dev.elevo.contract.process.Session;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command of a session leaves to the next, and what must be known to end it.
 *
 * @param mark in the environment of all its processes, by which they are found
 * @param onceKey of the call that began it
 * @param expiredAtMillis since it ended by its idle time; absent while it lives
 */
@Serdeable
record SessionRecord(
        String id,
        String mark,
        @Nullable String onceKey,
        long createdAtMillis,
        long lastActivityAtMillis,
        int timeoutMs,
        String cwd,
        String user,
        Map<String, String> env,
        List<String> history,
        @Nullable Long expiredAtMillis) {
    private static final int MOST_COMMANDS = 100;
    private static final int MOST_CHARACTERS = 256 << 10;

    SessionRecord {
        env = Map.copyOf(env);
        history = List.copyOf(history);
    }

    SessionRecord beginning(String command, Instant now) {
        var commands = new ArrayList<>(history);
        commands.add(command);
        while (commands.size() > MOST_COMMANDS || (commands.size() > 1 && length(commands) > MOST_CHARACTERS)) {
            commands.removeFirst();
        }
        return with(now, cwd, env, commands, null);
    }

    private static long length(List<String> commands) {
        return commands.stream().mapToLong(String::length).sum();
    }

    SessionRecord leftBy(SessionState state, Instant now) {
        return with(now, state.cwd(), state.env(), history, null);
    }

    SessionRecord touched(Instant now) {
        return with(now, cwd, env, history, null);
    }

    SessionRecord expired(Instant now) {
        return with(Instant.ofEpochMilli(lastActivityAtMillis), cwd, Map.of(), List.of(), now.toEpochMilli());
    }

    private SessionRecord with(
            Instant activity,
            String directory,
            Map<String, String> variables,
            List<String> commands,
            @Nullable Long expired) {
        return new SessionRecord(
                id,
                mark,
                onceKey,
                createdAtMillis,
                activity.toEpochMilli(),
                timeoutMs,
                directory,
                user,
                variables,
                commands,
                expired);
    }

    boolean isExpired() {
        return expiredAtMillis != null;
    }

    boolean isIdle(Instant now) {
        return now.toEpochMilli() - lastActivityAtMillis >= timeoutMs;
    }

    Session toWire() {
        return new Session(
                id,
                Instant.ofEpochMilli(createdAtMillis),
                Instant.ofEpochMilli(lastActivityAtMillis),
                cwd,
                user,
                env,
                history,
                true);
    }
}
