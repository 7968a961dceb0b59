package dev.elevo.agent.process;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What a process was started for, beyond what it runs.
 *
 * @param stdin whether it stays open to be written to
 * @param session whose command it is, by its mark
 * @param charts whether what it draws is kept with its result
 * @param mark of a tool of the control plane, which knows it by that
 * @param waits whether it was started before its turn in the session; absent in notes of former versions
 */
@Serdeable
record Purpose(
        Kind kind,
        @Nullable String tag,
        boolean stdin,
        @Nullable String session,
        boolean charts,
        @Nullable String mark,
        @Nullable Boolean waits) {
    static final Purpose RUN = new Purpose(Kind.RUN, null, false, null, false, null, null);
    static final Purpose TERMINAL = new Purpose(Kind.SPAWN, null, false, null, false, null, null);
    static final Purpose STREAM = new Purpose(Kind.STREAM, null, false, null, false, null, null);

    /** Who started it, and what is left to do at its end. */
    @Serdeable
    enum Kind {
        /** By a call that waits. */
        RUN,
        /** To be left alone. */
        SPAWN,
        /** From a text that lies in a private place. */
        CODE,
        /** In a session, whose state it leaves in a private place. */
        EXEC,
        /** For a connection, with which it ends. */
        STREAM,
        /** By the control plane for a call of its own, which waits. */
        TOOL
    }

    static Purpose spawn(@Nullable String tag, boolean stdin) {
        return new Purpose(Kind.SPAWN, tag, stdin, null, false, null, null);
    }

    static Purpose code(boolean charts) {
        return new Purpose(Kind.CODE, null, false, null, charts, null, null);
    }

    static Purpose exec(String session, boolean waits) {
        return new Purpose(Kind.EXEC, null, false, session, false, null, waits);
    }

    static Purpose tool(String mark) {
        return new Purpose(Kind.TOOL, null, false, null, false, mark, null);
    }

    /** Somebody may fetch what a call that waited would have been given. */
    boolean hasResult() {
        return kind != Kind.SPAWN;
    }

    boolean mustWait() {
        return Boolean.TRUE.equals(waits);
    }

    boolean isTool() {
        return kind == Kind.TOOL;
    }

    boolean hasPlace() {
        return kind == Kind.CODE || kind == Kind.EXEC;
    }
}
