package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.functions.admin.Database;
import dev.elevo.functions.admin.Sql;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database of the rules answers. One that did when it was asked last may be asleep, and is not woken to hear it; one that
 * did not is asked again, and nobody waits for that.
 */
@Singleton
class RulesProbe {
    private static final Logger LOG = LoggerFactory.getLogger(RulesProbe.class);

    private final Database database;
    private final Sql sql;
    private final AtomicBoolean asking = new AtomicBoolean();

    RulesProbe(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    boolean isAway() {
        if (!database.isAway()) {
            return false;
        }
        if (asking.compareAndSet(false, true)) {
            Thread.startVirtualThread(this::ask);
        }
        return true;
    }

    private void ask() {
        try {
            database.read(() -> sql.count("SELECT 1"));
        } catch (ApiException e) {
            LOG.debug("The database of the rules is still away", e);
        } finally {
            asking.set(false);
        }
    }
}
