package dev.elevo.functions.admin;

import dev.elevo.platform.lambda.ScheduledTask;
import jakarta.inject.Singleton;

/** Puts right what requests that died left half done, and what was found out elsewhere. It wakes a sleeping database only where there is something to do. */
@Singleton
class ProjectionTask implements ScheduledTask {
    private final Schema schema;
    private final Changes changes;
    private final Devices devices;

    ProjectionTask(Schema schema, Changes changes, Devices devices) {
        this.schema = schema;
        this.changes = changes;
        this.devices = devices;
    }

    @Override
    public String name() {
        return "projection";
    }

    @Override
    public void run() {
        schema.ensure();
        changes.finishAbandoned();
        devices.removeDead();
    }
}
