package dev.elevo.localstack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.platform.startup.KnownServices;
import io.micronaut.core.beans.BeanIntrospectionReference;
import io.micronaut.core.io.service.MicronautMetaServiceLoaderUtils;
import io.micronaut.core.io.service.SoftServiceLoader.Optimizations;
import io.micronaut.core.optim.StaticOptimizations;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the jar that is written last says of the others is what Micronaut finds in them. */
final class KnownServicesIT {
    private static final Path TARGET = RunningStack.root().resolve("localstack/target");

    @Test
    void every_service_that_can_be_made_is_known() throws Exception {
        try (var searched = new URLClassLoader(urls(jars()), ClassLoader.getPlatformClassLoader());
                var known = new URLClassLoader(
                        urls(List.of(TARGET.resolve("known-services.jar").toString())))) {
            var loaders = index(known).getServiceLoaders();
            var found = MicronautMetaServiceLoaderUtils.findAllMicronautMetaServices(searched);

            assertThat(found).isNotEmpty();
            for (var service : found.entrySet()) {
                var names = names((KnownServices<?>) requireNonNull(loaders.get(service.getKey()), service.getKey()));
                assertThat(service.getValue()).as(service.getKey()).containsAll(names);
                var unknown = new HashSet<>(service.getValue());
                unknown.removeAll(names);
                for (var name : unknown) {
                    assertThatThrownBy(() -> make(name, searched))
                            .as(name)
                            .satisfiesAnyOf(
                                    failure -> assertThat(failure)
                                            .isInstanceOfAny(NoClassDefFoundError.class, NoSuchMethodException.class),
                                    failure ->
                                            assertThat(failure).hasRootCauseInstanceOf(ClassNotFoundException.class));
                }
            }
        }
    }

    private static Optimizations index(ClassLoader loader) throws ReflectiveOperationException {
        var index = loader.loadClass("dev.elevo.known.Index").getConstructor().newInstance();
        return (Optimizations) ((StaticOptimizations.Loader<?>) index).load();
    }

    private static Set<String> names(KnownServices<?> services) {
        return Arrays.stream(services.all())
                .map(each -> each instanceof BeanIntrospectionReference<?> late ? late.load() : each)
                .map(each -> each.getClass().getName())
                .collect(Collectors.toSet());
    }

    private static void make(String name, ClassLoader loader) throws ReflectiveOperationException {
        Class.forName(name, false, loader).getConstructor().newInstance();
    }

    private static List<String> jars() throws IOException {
        try (var own = Files.newDirectoryStream(
                TARGET, file -> file.getFileName().toString().matches("localstack-.*(?<!-tests)\\.jar"))) {
            return Stream.concat(
                            Stream.of(own.iterator().next().toString()),
                            Stream.of(Files.readString(TARGET.resolve("classpath"))
                                    .strip()
                                    .split(File.pathSeparator)))
                    .toList();
        }
    }

    private static URL[] urls(List<String> jars) throws IOException {
        var urls = new ArrayList<URL>();
        for (var jar : jars) {
            urls.add(Path.of(jar).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
