package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.functions.admin.gateway.RuleBook;
import dev.elevo.platform.lambda.ScheduledTask;
import jakarta.inject.Singleton;

/** Where no requests come, instances are checked once a minute. */
@Singleton
final class HealthCheckTask implements ScheduledTask {
    private final RuleBook book;
    private final HealthChecks checks;

    HealthCheckTask(RuleBook book, HealthChecks checks) {
        this.book = book;
        this.checks = checks;
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public void run() {
        checks.runAll(book.current());
    }
}
