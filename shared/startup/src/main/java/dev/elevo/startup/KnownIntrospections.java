package dev.elevo.startup;

import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.beans.BeanIntrospectionReference;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Introspections are found by the names of their types, all of them at once, and few are needed: the others are never made. */
public abstract class KnownIntrospections implements KnownServices<BeanIntrospectionReference<Object>> {
    /** Of the types, which the packaging has seen to be there. */
    protected abstract String[] types();

    protected abstract BeanIntrospectionReference<Object> make(int number);

    @Override
    public final BeanIntrospectionReference<Object>[] all() {
        var types = types();
        @SuppressWarnings({"unchecked", "rawtypes"})
        BeanIntrospectionReference<Object>[] all = new BeanIntrospectionReference[types.length];
        for (int i = 0; i < types.length; i++) {
            all[i] = new Unmade(types[i], i);
        }
        return all;
    }

    private final class Unmade implements BeanIntrospectionReference<Object> {
        private final String type;
        private final int number;
        private final AtomicReference<@Nullable BeanIntrospectionReference<Object>> made = new AtomicReference<>();

        private Unmade(String type, int number) {
            this.type = type;
            this.number = number;
        }

        /**
         * Always the same, since who compares introspections means the object. Two threads may make it, and the first wins: a lock would be
         * held while classes are initialized, which have locks of their own.
         */
        private BeanIntrospectionReference<Object> made() {
            var there = made.get();
            if (there != null) {
                return there;
            }
            var fresh = KnownIntrospections.this.make(number);
            var first = made.compareAndExchange(null, fresh);
            return first == null ? fresh : first;
        }

        @Override
        public String getName() {
            return type;
        }

        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public Class<Object> getBeanType() {
            return made().getBeanType();
        }

        @Override
        public BeanIntrospection<Object> load() {
            return made().load();
        }

        @Override
        public AnnotationMetadata getAnnotationMetadata() {
            return made().getAnnotationMetadata();
        }
    }
}
