package dev.elevo.openapi;

import dev.elevo.contract.Area;
import dev.elevo.openapi.code.ControllerCode;
import io.micronaut.core.io.service.SoftServiceLoader;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.HttpMethodMapping;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.BeanDefinitionReference;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.inject.ProxyBeanDefinition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Every endpoint there is, read from what the framework itself routes by. */
final class Endpoints {
    private static final String FUNCTIONS = "dev.elevo.functions.";

    private final ControllerCode code = new ControllerCode();
    /** The path and verb that has an operation's name. */
    private final Map<String, String> named = new HashMap<>();

    private Endpoints() {}

    /** In the order of the areas, so that a new area takes no name that another has. */
    static List<Endpoint> all() {
        var endpoints = new Endpoints();
        return SoftServiceLoader.load(BeanDefinitionReference.class, Endpoints.class.getClassLoader())
                .collectAll(reference -> reference.getBeanDefinitionName().startsWith(FUNCTIONS))
                .stream()
                .<BeanDefinition<?>>map(reference -> reference.load())
                // One whose bodies are validated is there a second time, behind what validates them.
                .filter(definition -> definition.hasDeclaredAnnotation(Controller.class)
                        && !(definition instanceof ProxyBeanDefinition))
                .sorted(Comparator.<BeanDefinition<?>, Area>comparing(Endpoints::area)
                        .thenComparing(definition -> definition.getBeanType().getName()))
                .flatMap(endpoints::of)
                .toList();
    }

    private static Area area(BeanDefinition<?> controller) {
        var inside = controller.getBeanType().getName().substring(FUNCTIONS.length());
        return Stream.of(Area.values())
                .filter(area -> inside.startsWith(area.areaName() + "."))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("of no area: " + controller));
    }

    private Stream<Endpoint> of(BeanDefinition<?> controller) {
        var prefix = controller.stringValue(Controller.class).orElse("");
        return controller.getExecutableMethods().stream()
                .filter(method -> method.hasStereotype(HttpMethodMapping.class))
                .sorted(Comparator.comparing(ExecutableMethod::getMethodName))
                .flatMap(method -> of(area(controller), prefix, method));
    }

    private Stream<Endpoint> of(Area area, String prefix, ExecutableMethod<?, ?> method) {
        var mapping = Objects.requireNonNull(
                method.getAnnotationNameByStereotype(HttpMethodMapping.class).orElse(null));
        var verb = mapping.substring(mapping.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        var consumes = List.of(method.stringValues(Consumes.class));
        var told = code.read(method.getTargetMethod());
        // As the framework does: those that are listed, and the single one.
        var paths = Stream.concat(
                        Stream.of(method.stringValues(mapping, "uris")),
                        Stream.of(method.stringValue(mapping).orElse("/")))
                .map(uri -> path(prefix, uri))
                .distinct()
                .toList();
        return paths.stream()
                .map(path -> new Endpoint(
                        area,
                        name(area, method.getMethodName(), verb, path, path.equals(paths.getFirst())),
                        verb,
                        path,
                        consumes.isEmpty() ? List.of(MediaType.APPLICATION_JSON) : consumes,
                        method.getTargetMethod(),
                        told));
    }

    private static String path(String prefix, String uri) {
        var whole = (prefix + (uri.startsWith("/") || uri.isEmpty() ? uri : "/" + uri))
                .replaceFirst("\\{\\?[^}]*}$", "")
                .replace("{+", "{");
        return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    }

    /** The method's; with the last word of the path where it has two, and with the area where another has it. */
    private String name(Area area, String method, String verb, String path, boolean isFirst) {
        var place = verb + " " + path;
        var plain = isFirst ? method : method + "At" + capital(path.substring(path.lastIndexOf('/') + 1));
        var holder = named.putIfAbsent(plain, place);
        if (holder == null || holder.equals(place)) {
            return plain;
        }
        var longer = plain + "Of" + capital(area.areaName());
        if (!Objects.requireNonNullElse(named.putIfAbsent(longer, place), place).equals(place)) {
            throw new IllegalStateException("two operations of an area have the name " + plain);
        }
        return longer;
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
