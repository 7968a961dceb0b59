package dev.elevo.platform.lambda;

import io.micronaut.context.env.MapPropertySource;
import io.micronaut.context.env.PropertySource;
import java.util.List;
import java.util.Map;

/**
 * What a JVM that runs several areas gives each of them, so that they share expensive things.
 *
 * @param properties override configuration and environment; {@code ELEVO_TABLE} and {@code elevo.table} name the same
 * @param singletons become beans of the area's context and are not closed with it
 */
public record Surroundings(Map<String, Object> properties, List<Object> singletons) {
    /** The function is alone in its JVM, as on Lambda. */
    public static final Surroundings NONE = new Surroundings(Map.of(), List.of());

    public Surroundings {
        properties = Map.copyOf(properties);
        singletons = List.copyOf(singletons);
    }

    PropertySource asPropertySource() {
        return new MapPropertySource("surroundings", properties) {
            @Override
            public PropertyConvention getConvention() {
                return PropertyConvention.ENVIRONMENT_VARIABLE;
            }
        };
    }
}
