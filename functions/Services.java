import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What jars offer to Micronaut, as it would find it: each service with those of its providers that can be made. */
final class Services {
    /** A folder for each service, in it an empty file for each provider. */
    private static final String FOLDERS = "META-INF/micronaut/";

    /** Java's own form, a file for each service; of these, Micronaut asks for those of its own by its own loader. */
    private static final String FILES = "META-INF/services/";

    private static final String MICRONAUTS = "io.micronaut.";

    /** What Micronaut asks for at every start, whether anybody offers it or not: that nobody does has to be known, too. */
    private static final List<String> ASKED_FOR = List.of(
            "io.micronaut.context.ApplicationContextConfigurer",
            "io.micronaut.inject.BeanConfiguration",
            "io.micronaut.http.HttpRequestFactory",
            "io.micronaut.http.HttpResponseFactory");

    /**
     * What no start needs. Nobody here has methods that Micronaut should call on a schedule (a test sees to that), and to see so for itself it looks
     * at every bean there is.
     */
    private static final List<String> UNUSED = List.of("io.micronaut.scheduling.processor.");

    private Services() {}

    /** A provider, made once to see that it can be. */
    record Provider(Class<?> type, Object made) {}

    static SequencedMap<String, List<Provider>> of(List<Path> jars, ClassLoader loader) throws IOException {
        var services = new TreeMap<String, List<Provider>>();
        for (var service : named(jars).entrySet()) {
            var providers = new ArrayList<Provider>();
            for (var name : service.getValue()) {
                if (UNUSED.stream().noneMatch(name::startsWith)) {
                    make(name, loader, providers);
                }
            }
            services.put(service.getKey(), providers);
        }
        return services;
    }

    static URLClassLoader loader(List<Path> jars) throws MalformedURLException {
        var places = new ArrayList<URL>();
        for (var jar : jars) {
            places.add(jar.toUri().toURL());
        }
        return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** What Micronaut tries at every start and passes over, is left out here, once. */
    private static void make(String name, ClassLoader loader, List<Provider> providers) {
        try {
            var type = Class.forName(name, false, loader);
            providers.add(new Provider(type, type.getConstructor().newInstance()));
        } catch (ReflectiveOperationException | LinkageError e) {
            if (!isPassedOver(e)) {
                throw new IllegalStateException(name + " cannot be made", e);
            }
        }
    }

    /** It needs a library that is not there, or is not meant to be made. */
    private static boolean isPassedOver(Throwable failure) {
        return failure instanceof NoSuchMethodException
                || failure instanceof IllegalAccessException
                || Stream.iterate(failure, each -> each != null, Throwable::getCause)
                        .anyMatch(each -> each instanceof NoClassDefFoundError || each instanceof ClassNotFoundException);
    }

    private static SequencedMap<String, SequencedSet<String>> named(List<Path> jars) throws IOException {
        var services = new TreeMap<String, SequencedSet<String>>();
        ASKED_FOR.forEach(service -> services.put(service, new LinkedHashSet<>()));
        for (var jar : jars) {
            try (var zip = new ZipFile(jar.toFile())) {
                for (var entry : entries(zip)) {
                    var name = entry.getName();
                    if (name.startsWith(FOLDERS)) {
                        var service = name.substring(FOLDERS.length(), name.lastIndexOf('/'));
                        providers(services, service).add(name.substring(name.lastIndexOf('/') + 1));
                    } else if (name.startsWith(FILES + MICRONAUTS)) {
                        providers(services, name.substring(FILES.length())).addAll(lines(zip, entry));
                    }
                }
            }
        }
        return services;
    }

    /** By name, so that their order is not that of a folder. */
    private static List<? extends ZipEntry> entries(ZipFile zip) {
        return zip.stream()
                .filter(entry -> !entry.isDirectory())
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
    }

    private static SequencedSet<String> providers(TreeMap<String, SequencedSet<String>> services, String service) {
        return services.computeIfAbsent(service, each -> new LinkedHashSet<>());
    }

    private static List<String> lines(ZipFile zip, ZipEntry entry) throws IOException {
        try (var in = zip.getInputStream(entry)) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }
}
