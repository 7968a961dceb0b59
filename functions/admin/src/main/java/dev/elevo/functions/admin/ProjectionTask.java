package dev.elevo.functions.admin;

import dev.elevo.platform.lambda.ScheduledTask;
import jakarta.inject.Singleton;

/** Puts right what requests that died left half done. It wakes a sleeping database only where there is something to do. */
@Singleton
class ProjectionTask implements ScheduledTask {
    private final Schema schema;
    private final Changes changes;

    ProjectionTask(Schema schema, Changes changes) {
        this.schema = schema;
        this.changes = changes;
    }

    @Override
    public String name() {
        return "projection";
    }

    @Override
    public void run() {
        schema.ensure();
        changes.finishAbandoned();
    }
}
