package dev.elevo.platform.http;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.annotation.AnnotationValue;
import io.micronaut.core.beans.BeanIntrospector;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a constraint asks for, in the words of the API: whole ranges, and no patterns. */
final class BrokenRules {
    static final String NEEDED = "is needed";

    private BrokenRules() {}

    static String words(ConstraintViolation<?> violation) {
        var constraint = violation.getConstraintDescriptor();
        var annotation = constraint == null ? null : constraint.getAnnotation();
        if (annotation == null) {
            return violation.getMessage();
        }
        var type = annotation.annotationType();
        var attributes = constraint.getAttributes();
        if (type == NotNull.class) {
            return NEEDED;
        }
        if (type == Pattern.class) {
            return Rules.words(Objects.toString(attributes.get("regexp")));
        }
        if (type == Size.class) {
            return size(attributes, violation.getInvalidValue());
        }
        return type == Min.class || type == Max.class ? range(violation) : violation.getMessage();
    }

    private static String size(Map<String, Object> attributes, @Nullable Object value) {
        var least = number(attributes.get("min"), 0);
        var most = number(attributes.get("max"), Integer.MAX_VALUE);
        var unit = value instanceof CharSequence ? " characters" : " elements";
        return most == Integer.MAX_VALUE
                ? "must have at least " + least + unit
                : "must have " + (least == 0 ? "at most " : least + " to ") + most + unit;
    }

    /** Both ends, where the field has two: who breaks one wants to know the other. */
    private static String range(ConstraintViolation<?> violation) {
        var constraint = violation.getConstraintDescriptor();
        var own = number(constraint.getAttributes().get("value"), 0);
        var field = field(violation);
        var least = bound(field, Min.class);
        var most = bound(field, Max.class);
        if (least.isPresent() && most.isPresent()) {
            return "must be " + least.getAsLong() + " to " + most.getAsLong();
        }
        return constraint.getAnnotation().annotationType() == Min.class
                ? "must be at least " + own
                : "must be at most " + own;
    }

    private static OptionalLong bound(Optional<AnnotationMetadata> field, Class<? extends Annotation> type) {
        return field.stream()
                .flatMap(known -> known.getAnnotationValuesByType(type).stream())
                .map(AnnotationValue::longValue)
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private static Optional<AnnotationMetadata> field(ConstraintViolation<?> violation) {
        Path.@Nullable Node last = null;
        for (var node : violation.getPropertyPath()) {
            last = node;
        }
        var holder = violation.getLeafBean();
        if (last == null || last.getName() == null || holder == null) {
            return Optional.empty();
        }
        var name = last.getName();
        return BeanIntrospector.SHARED
                .findIntrospection(holder.getClass())
                .flatMap(introspection -> introspection.getProperty(name))
                .map(property -> property.getAnnotationMetadata());
    }

    private static long number(@Nullable Object value, long otherwise) {
        return value instanceof Number number ? number.longValue() : otherwise;
    }
}
