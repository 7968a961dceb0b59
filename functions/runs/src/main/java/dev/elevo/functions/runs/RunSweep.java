package dev.elevo.functions.runs;

import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.lambda.ScheduledTask;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every minute: clears away what was dropped, and what somebody put down who died over it. */
@Singleton
class RunSweep implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(RunSweep.class);

    private final Litter litter;
    private final RunCleaning cleaning;
    private final Contents contents;
    private final Duration abandoned;

    RunSweep(
            Litter litter,
            RunCleaning cleaning,
            Contents contents,
            @Nullable @Value("${elevo.abandoned.ms}") Integer abandonedMs) {
        this.litter = litter;
        this.cleaning = cleaning;
        this.contents = contents;
        this.abandoned = Abandoned.after(abandonedMs);
    }

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public void run() {
        for (var piece : litter.due(abandoned)) {
            try {
                switch (piece.kind()) {
                    case RECORDS -> cleaning.clearRecords(new RunKey(piece.organizationId(), piece.name()));
                    case BLOB -> contents.clear(piece.name());
                }
            } catch (RuntimeException e) {
                // One that cannot be cleared away must not keep the others waiting; its turn comes again in a minute.
                LOG.error("Clearing {} away failed", piece.name(), e);
            }
        }
    }
}
