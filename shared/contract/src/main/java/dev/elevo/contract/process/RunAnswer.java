package dev.elevo.contract.process;

/** What waiting for a command gives: its result, or word that it still runs. */
public sealed interface RunAnswer permits RunResult, StillRunning {}
