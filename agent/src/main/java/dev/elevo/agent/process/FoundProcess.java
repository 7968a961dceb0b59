package dev.elevo.agent.process;

import java.time.Instant;

/** A process somebody asks for: it runs, or it is over and still remembered. */
sealed interface FoundProcess {

    int pid();

    ProcessNote note();

    Instant startedAt();

    record Live(LiveProcess process) implements FoundProcess {
        @Override
        public int pid() {
            return process.pid();
        }

        @Override
        public ProcessNote note() {
            return process.note();
        }

        @Override
        public Instant startedAt() {
            return process.startedAt();
        }
    }

    record Ended(EndedProcess process) implements FoundProcess {
        @Override
        public int pid() {
            return process.record().pid();
        }

        @Override
        public ProcessNote note() {
            return process.record().note();
        }

        @Override
        public Instant startedAt() {
            return process.record().startedAt();
        }
    }
}
