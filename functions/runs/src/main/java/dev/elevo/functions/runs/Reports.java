package dev.elevo.functions.runs;

import dev.elevo.functions.runs.Records.Recorded;

/** What a report that could not be recorded is answered. */
final class Reports {
    private Reports() {}

    static void check(String run, Recorded recorded) {
        switch (recorded) {
            case Recorded.Done() -> {}
            case Recorded.NoRun() -> throw RunFailures.noRun(run).asException();
            case Recorded.Finished(var status) ->
                throw RunFailures.finished(status).asException();
            case Recorded.Full(var resource, var limit) ->
                throw RunFailures.full(resource, limit).asException();
        }
    }
}
