package dev.elevo.platform.lambda;

import io.micronaut.context.RuntimeBeanDefinition;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.env.MapPropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.inject.annotation.MutableAnnotationMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a JVM that runs several areas gives each of them, so that they share expensive things.
 *
 * @param properties override configuration and environment; {@code ELEVO_TABLE} and {@code elevo.table} name the same
 * @param singletons become beans of the area's context, preferred to its own of the same type, and are not closed with it
 */
public record Surroundings(Map<String, Object> properties, List<Object> singletons) {
    /** The function is alone in its JVM, as on Lambda. */
    public static final Surroundings NONE = new Surroundings(Map.of(), List.of());

    public Surroundings {
        properties = Map.copyOf(properties);
        singletons = List.copyOf(singletons);
    }

    /** The same for one that is told more. */
    public Surroundings and(Map<String, Object> more) {
        var all = new HashMap<>(properties);
        all.putAll(more);
        return new Surroundings(all, singletons);
    }

    /** As primary beans: a plain registered singleton would lose against the definition of a factory. */
    RuntimeBeanDefinition<?>[] asBeans() {
        var primary = new MutableAnnotationMetadata();
        primary.addDeclaredAnnotation(Primary.class.getName(), Map.of());
        return singletons.stream()
                .map(singleton -> RuntimeBeanDefinition.builder(singleton)
                        .singleton(true)
                        .annotationMetadata(primary)
                        .build())
                .toArray(RuntimeBeanDefinition<?>[]::new);
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
