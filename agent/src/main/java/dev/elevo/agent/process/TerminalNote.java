package dev.elevo.agent.process;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What must be remembered of a process that runs on a terminal.
 *
 * @param idleMs after which it is ended when nothing happens on it; 0 is never
 * @param console whether it is the one terminal that all share
 */
@Serdeable
record TerminalNote(int cols, int rows, String shell, int idleMs, boolean console) {}
