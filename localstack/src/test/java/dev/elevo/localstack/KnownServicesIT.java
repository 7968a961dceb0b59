package dev.elevo.localstack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.startup.KnownServices;
import io.micronaut.core.beans.BeanIntrospectionReference;
import io.micronaut.core.io.service.MicronautMetaServiceLoaderUtils;
import io.micronaut.core.io.service.SoftServiceLoader.Optimizations;
import io.micronaut.core.optim.StaticOptimizations;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jar that is written last says of the others is what Micronaut finds in them. */
final class KnownServicesIT {
    /** What is left out though it can be made; see {@code Services}. */
    private static final String UNUSED = "io.micronaut.scheduling.processor.";

    /** At each start, whether anybody offers it or not: a name that is not known is searched for in all jars. */
    private static final String ASKED_FOR = "io.micronaut.inject.BeanConfiguration";

    @ParameterizedTest
    @ValueSource(strings = {"agent", "localstack"})
    void every_service_that_can_be_made_is_known(String module) throws Exception {
        var target = RunningStack.root().resolve(module).resolve("target");
        var jars = jars(target, module);
        try (var searched = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
                var others = new URLClassLoader(jars);
                var known = new URLClassLoader(new URL[] {url(target.resolve("known-services.jar"))}, others)) {
            var loaders = index(known).getServiceLoaders();
            var found = MicronautMetaServiceLoaderUtils.findAllMicronautMetaServices(searched);

            assertThat(found).isNotEmpty();
            assertThat(loaders).as("asked for at each start").containsKey(ASKED_FOR);
            var leftOut = false;
            for (var service : found.entrySet()) {
                var names = names((KnownServices<?>) requireNonNull(loaders.get(service.getKey()), service.getKey()));
                assertThat(service.getValue()).as(service.getKey()).containsAll(names);
                var unknown = new HashSet<>(service.getValue());
                unknown.removeAll(names);
                leftOut |= unknown.removeIf(name -> name.startsWith(UNUSED));
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
            assertThat(leftOut).as(UNUSED).isTrue();
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

    private static URL[] jars(Path target, String module) throws IOException {
        try (var own = Files.newDirectoryStream(
                target, file -> file.getFileName().toString().matches(module + "-.*(?<!-tests)\\.jar"))) {
            var urls = new ArrayList<>(List.of(url(own.iterator().next())));
            for (var jar : Files.readString(target.resolve("classpath")).strip().split(File.pathSeparator)) {
                urls.add(url(Path.of(jar)));
            }
            return urls.toArray(URL[]::new);
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}
