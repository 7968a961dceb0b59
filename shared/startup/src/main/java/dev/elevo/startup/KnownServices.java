package dev.elevo.startup;

import io.micronaut.core.io.service.SoftServiceLoader.StaticDefinition;
import io.micronaut.core.io.service.SoftServiceLoader.StaticServiceLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a package has of one service, made without looking through its jars and without reflection. */
public interface KnownServices<S> extends StaticServiceLoader<S> {
    /** Made anew for each who asks, as Micronaut does it. */
    S[] all();

    @Override
    default List<S> load(@Nullable Predicate<S> wanted) {
        var all = all();
        if (wanted == null) {
            return List.of(all);
        }
        // Hundreds of them, in a JVM that has compiled nothing yet: no stream.
        var found = new ArrayList<S>(all.length);
        for (var each : all) {
            if (wanted.test(each)) {
                found.add(each);
            }
        }
        return found;
    }

    @Override
    default Stream<StaticDefinition<S>> findAll(Predicate<String> names) {
        return Stream.of(all())
                .map(each -> StaticDefinition.of(each.getClass().getName(), () -> each))
                .filter(each -> names.test(each.getName()));
    }
}
