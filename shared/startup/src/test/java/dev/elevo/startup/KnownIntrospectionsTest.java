package dev.elevo.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.beans.BeanIntrospectionReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KnownIntrospectionsTest {
    private static final BeanIntrospection<?> ANY = BeanIntrospection.getIntrospection(Introspectable.class);

    @Introspected
    record Introspectable() {}

    private final List<Integer> made = new ArrayList<>();

    private final KnownIntrospections introspections = new KnownIntrospections() {
        @Override
        protected String[] types() {
            return new String[] {"first", "second"};
        }

        @Override
        @SuppressWarnings("unchecked")
        protected BeanIntrospectionReference<Object> make(int number) {
            made.add(number);
            return (BeanIntrospectionReference<Object>) ANY;
        }
    };

    @Test
    void who_looks_for_a_type_makes_none() {
        var found = introspections.load(BeanIntrospectionReference::isPresent);

        assertThat(found).extracting(BeanIntrospectionReference::getName).containsExactly("first", "second");
        assertThat(made).isEmpty();
    }

    @Test
    void what_is_asked_for_is_made_once() {
        var second = introspections.all()[1];

        assertThat(second.load()).isSameAs(second.load()).isSameAs(ANY);
        assertThat(second.getBeanType()).isEqualTo(ANY.getBeanType());
        assertThat(second.getAnnotationMetadata()).isEqualTo(ANY.getAnnotationMetadata());
        assertThat(made).containsExactly(1);
    }
}
