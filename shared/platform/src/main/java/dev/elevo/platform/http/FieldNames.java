package dev.elevo.platform.http;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.beans.BeanIntrospector;
import io.micronaut.core.type.Argument;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.serde.exceptions.SerdeException;
import io.micronaut.serde.exceptions.path.CollectionItemReferencePath;
import io.micronaut.serde.exceptions.path.MapItemReferencePath;
import io.micronaut.serde.exceptions.path.PropertyReferencePath;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the client calls a field: its dotted path in the body, or the name in the query or the header. */
final class FieldNames {
    /** Words in a name whose value is nobody's business; environments hold credentials under any name. */
    private static final List<String> SECRETS =
            List.of("password", "secret", "token", "key", "credential", "env", "url");

    private FieldNames() {}

    static Failure.Invalid invalid(ConstraintViolationException exception, Optional<UriRouteInfo<?, ?>> route) {
        return new Failure.Invalid(exception.getConstraintViolations().stream()
                .map(violation -> {
                    var name = name(violation, route);
                    return new FieldError(name, BrokenRules.words(violation), shown(name, violation.getInvalidValue()));
                })
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
                .toList());
    }

    static Failure.Invalid invalid(String field, String message, @Nullable Object value) {
        return new Failure.Invalid(List.of(new FieldError(field, message, shown(field, value))));
    }

    /** The name under which an argument or a property is sent. */
    static String external(AnnotationMetadata annotations, String name) {
        return annotations
                .stringValue(QueryValue.class)
                .or(() -> annotations.stringValue(Header.class))
                .or(() -> annotations.stringValue(PathVariable.class))
                .filter(sent -> !sent.isEmpty())
                .orElse(name);
    }

    static String of(SerdeException exception) {
        var name = new StringBuilder();
        for (var step : exception.getPath().reversed()) {
            switch (step) {
                case PropertyReferencePath property ->
                    append(name, property.getArgument().getName());
                case CollectionItemReferencePath item ->
                    name.append('[').append(item.index()).append(']');
                case MapItemReferencePath item -> append(name, item.key());
            }
        }
        return name.toString();
    }

    /** What JSON the field wants; null where the reader has not said it and it cannot be seen from the field either. */
    static @Nullable String wanted(SerdeException exception) {
        var wrong = FailureTranslator.causeOf(exception, WrongTypeException.class);
        if (wrong != null) {
            return wrong.wanted();
        }
        return type(exception).map(FieldNames::wanted).orElse(null);
    }

    /** What the field is read as, where that can be seen. */
    static Optional<Argument<?>> type(SerdeException exception) {
        return exception.getPath().stream().findFirst().flatMap(step -> switch (step) {
            case PropertyReferencePath property -> Optional.of(property.getArgument());
            case CollectionItemReferencePath item -> item(item.getArgument());
            case MapItemReferencePath item -> item(item.getArgument());
        });
    }

    private static Optional<Argument<?>> item(@Nullable Argument<?> argument) {
        return argument == null || argument.getTypeParameters().length == 0
                ? Optional.empty()
                : Optional.of(argument.getTypeParameters()[argument.getTypeParameters().length - 1]);
    }

    private static String wanted(Argument<?> argument) {
        var type = argument.getType();
        if (Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return CharSequence.class.isAssignableFrom(type) || type.isEnum() ? "a string" : "an object";
    }

    private static String name(ConstraintViolation<?> violation, Optional<UriRouteInfo<?, ?>> route) {
        var name = new StringBuilder();
        Optional<Argument<?>> holder = Optional.empty();
        for (var node : violation.getPropertyPath()) {
            switch (node.getKind()) {
                case METHOD, CONSTRUCTOR, BEAN, CROSS_PARAMETER, RETURN_VALUE -> {}
                case PARAMETER -> {
                    var argument = argument(node, route);
                    holder = argument.filter(FieldNames::isHolder);
                    if (holder.isEmpty()) {
                        append(
                                name,
                                argument.map(a -> external(a.getAnnotationMetadata(), a.getName()))
                                        .orElse(node.getName()));
                    }
                }
                case PROPERTY, CONTAINER_ELEMENT -> {
                    appendPosition(name, node);
                    if (node.getKind() == ElementKind.PROPERTY) {
                        append(name, property(node.getName(), holder));
                        holder = Optional.empty();
                    }
                }
            }
        }
        return name.toString();
    }

    private static Optional<Argument<?>> argument(Path.Node node, Optional<UriRouteInfo<?, ?>> route) {
        return route.flatMap(r -> Arrays.<Argument<?>>stream(r.getTargetMethod().getArguments())
                .filter(argument -> argument.getName().equals(node.getName()))
                .findFirst());
    }

    /** The argument is not a field itself but holds them: the body, or a record of query parameters. */
    private static boolean isHolder(Argument<?> argument) {
        var annotations = argument.getAnnotationMetadata();
        return annotations.hasAnnotation(RequestBean.class)
                || (annotations.hasAnnotation(Body.class)
                        && annotations.stringValue(Body.class).isEmpty());
    }

    private static String property(String name, Optional<Argument<?>> holder) {
        return holder.filter(argument -> argument.getAnnotationMetadata().hasAnnotation(RequestBean.class))
                .flatMap(argument -> BeanIntrospector.SHARED.findIntrospection(argument.getType()))
                .flatMap(introspection -> introspection.getProperty(name))
                .map(property -> external(property.getAnnotationMetadata(), name))
                .orElse(name);
    }

    private static void appendPosition(StringBuilder name, Path.Node node) {
        if (node.getIndex() != null) {
            name.append('[').append(node.getIndex()).append(']');
        } else if (node.getKey() != null) {
            append(name, node.getKey().toString());
        }
    }

    private static void append(StringBuilder name, String part) {
        if (!name.isEmpty()) {
            name.append('.');
        }
        name.append(part);
    }

    /** Only what fits in a line: a whole list or map says nothing more, and may hold secrets. */
    private static @Nullable Object shown(String field, @Nullable Object value) {
        var lower = field.toLowerCase(Locale.ROOT);
        if (SECRETS.stream().anyMatch(lower::contains)) {
            return null;
        }
        return value instanceof CharSequence
                        || value instanceof Number
                        || value instanceof Boolean
                        || value instanceof Enum<?>
                ? value
                : null;
    }
}
