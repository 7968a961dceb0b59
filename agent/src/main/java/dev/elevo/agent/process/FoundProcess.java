package dev.elevo.agent.process;

/** A process somebody asks for: it runs, or it is over and still remembered. */
sealed interface FoundProcess {

    record Live(LiveProcess process) implements FoundProcess {}

    record Ended(EndedProcess process) implements FoundProcess {}
}
