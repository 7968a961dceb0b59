package dev.elevo.functions.admin;

import io.micronaut.context.BeanProvider;
import io.micronaut.crac.OrderedResource;
import jakarta.inject.Singleton;
import org.crac.Context;
import org.crac.Resource;

/** What a rehearsal saw of the database, perhaps before it was there, says nothing of the one there is when its snapshot is used. */
@Singleton
final class RestoredDatabase implements OrderedResource {
    private final BeanProvider<Database> database;

    RestoredDatabase(BeanProvider<Database> database) {
        this.database = database;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {}

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        database.get().forgetWhatWasSeen();
    }
}
