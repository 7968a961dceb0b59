package dev.elevo.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The local gateway against serverless-offline: the same function, as fast as it goes, and from its start to the first answer. */
final class LocalGateway implements Benchmark {
    private static final int CALLERS = 8;

    /** What a training run answers before its cache is written. */
    private static final int LESSONS = 200;

    private static final Path OPTIONS = LocalRun.repository().resolve("localstack/src/main/jvm");

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public List<Line> run() throws Exception {
        var installed = ServerlessPeer.install(LocalRun.repository().resolve("bench/target/serverless-offline"));
        try (var scratch = new Scratch(name())) {
            var cache = train(scratch.folder().resolve("gateway.aot"));
            return List.of(requests(scratch, cache, installed), starts(cache, installed));
        }
    }

    private static Line requests(Scratch scratch, Path cache, Path installed) throws Exception {
        return new Contest(
                        "requests to one function, 8 connections",
                        "serverless-offline",
                        "/s",
                        Target.atLeast(8, 20),
                        callers(gateway(scratch, "-XX:AOTCache=" + cache)),
                        callers(ServerlessPeer.start(scratch, installed)))
                .run();
    }

    private Line starts(Path cache, Path installed) throws Exception {
        return new Contest(
                        "gateway, start to first answer",
                        "serverless-offline",
                        "ms",
                        Target.atMost(0.3, 0.1),
                        new Latency(() -> startNanos(own -> gateway(own, "-XX:AOTCache=" + cache))),
                        new Latency(() -> startNanos(own -> ServerlessPeer.start(own, installed))))
                .run();
    }

    /** Starts a server in a folder. */
    @FunctionalInterface
    private interface Start {
        HelloServer in(Scratch scratch) throws IOException, InterruptedException;
    }

    private long startNanos(Start start) throws IOException, InterruptedException {
        try (var scratch = new Scratch(name())) {
            return (long) (start.in(scratch).startSeconds() * 1e9);
        }
    }

    private static Measure callers(HelloServer server) {
        return new Throughput(Collections.nCopies(CALLERS, server).stream()
                .<Callable<Void>>map(each -> {
                    var wire = each.connect();
                    return () -> {
                        HelloServer.mustGreet(wire);
                        return null;
                    };
                })
                .toList());
    }

    /** As {@code ./elevo up} does it after a build. */
    private Path train(Path cache) throws IOException, InterruptedException {
        try (var scratch = new Scratch(name())) {
            var server = gateway(scratch, "-XX:AOTCacheOutput=" + cache);
            try (var wire = server.connect()) {
                for (int i = 0; i < LESSONS; i++) {
                    HelloServer.mustGreet(wire);
                }
            }
        }
        if (!Files.exists(cache)) {
            throw new IOException("no AOT cache was written");
        }
        return cache;
    }

    private static HelloServer gateway(Scratch scratch, String... cacheOptions)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "@" + OPTIONS.resolve("small.options")));
        command.addAll(List.of(cacheOptions));
        command.addAll(List.of("-classpath", classPath(), HelloGateway.class.getName()));
        return HelloServer.start(
                scratch,
                "gateway",
                Map.of(),
                port -> Stream.concat(command.stream(), Stream.of(Integer.toString(port)))
                        .toList());
    }

    /** As the local run's: an AOT cache takes no folders of classes, so our own come from their jar, and what is in all of them is known. */
    private static String classPath() throws IOException {
        Path jar;
        try (var built = Files.newDirectoryStream(LocalRun.repository().resolve("bench/target"), "bench-*.jar")) {
            jar = built.iterator().next();
        }
        var known = LocalRun.repository().resolve("localstack/target/known-services.jar");
        return Stream.concat(
                        Stream.of(known.toString()),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)))
                .map(entry -> Files.isDirectory(Path.of(entry)) ? jar.toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
