package dev.elevo.platform.startup;

import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.beans.BeanIntrospectionReference;
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
        private volatile @Nullable BeanIntrospectionReference<Object> made;

        private Unmade(String type, int number) {
            this.type = type;
            this.number = number;
        }

        /** Once: who compares introspections means the same object. */
        private BeanIntrospectionReference<Object> made() {
            var there = made;
            if (there == null) {
                synchronized (this) {
                    there = made;
                    if (there == null) {
                        there = KnownIntrospections.this.make(number);
                        made = there;
                    }
                }
            }
            return there;
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
