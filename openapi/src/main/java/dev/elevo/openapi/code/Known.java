package dev.elevo.openapi.code;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.tree.analysis.Value;

/**
 * What is known of a value while code runs.
 *
 * @param candidates all that it can be; empty where that is not known
 */
record Known(int size, Set<Object> candidates) implements Value {
    private static final int MOST = 8;

    /** A function that is handed on, with what it holds already. */
    record Lambda(Handle body, List<Known> captured) {}

    static Known nothing(int size) {
        return new Known(size, Set.of());
    }

    static Known of(int size, Object value) {
        return new Known(size, Set.of(value));
    }

    Known or(Known other) {
        if (equals(other)) {
            return this;
        }
        var all = new LinkedHashSet<>(candidates);
        all.addAll(other.candidates);
        return candidates.isEmpty() || other.candidates.isEmpty() || all.size() > MOST
                ? nothing(Math.min(size, other.size))
                : new Known(Math.min(size, other.size), all);
    }

    Optional<Object> value() {
        return candidates.size() == 1 ? Optional.of(candidates.iterator().next()) : Optional.empty();
    }

    <T> Optional<T> value(Class<T> type) {
        return value().filter(type::isInstance).map(type::cast);
    }

    @Override
    public int getSize() {
        return size;
    }
}
