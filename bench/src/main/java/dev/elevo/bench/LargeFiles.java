package dev.elevo.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A gigabyte out of a sandbox and into it, by curl, against nginx's own files and against sftp. */
final class LargeFiles implements Benchmark {
    private static final int MEGABYTES = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "largefiles";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var run = new LocalRun(scratch);
            var nginx = new NginxPeer(scratch);
            var ssh = new SshPeer(scratch);
            var file = nginx.root().resolve("large");
            scratch.run(PATIENCE, List.of("sh", "-c", "head -c " + MEGABYTES + "M /dev/urandom > '" + file + "'"));
            try (var wire = run.connect()) {
                var files = OurSandbox.create(wire, "{}").path() + "/files";
                upload(scratch, run, wire, files, file);
                return List.of(
                        new Contest(
                                        "download of 1 GB",
                                        "nginx",
                                        "MB/s",
                                        Target.atLeast(0.6, 0.8),
                                        stretch -> download(scratch, ourAddress(run, wire, files)),
                                        stretch -> download(scratch, nginx.address("large")))
                                .run(),
                        new Contest(
                                        "upload of 1 GB",
                                        "sftp",
                                        "MB/s",
                                        Target.atLeast(1.5, 3),
                                        stretch -> upload(scratch, run, wire, files, file),
                                        stretch -> put(scratch, ssh, file))
                                .run(),
                        grown(scratch, run, wire, files, file));
            }
        }
    }

    /** By now all of them are warm. */
    private static Line grown(Scratch scratch, LocalRun run, Wire wire, String files, Path file)
            throws IOException, InterruptedException {
        var growth = Growth.of(run.javas());
        upload(scratch, run, wire, files, file);
        download(scratch, ourAddress(run, wire, files));
        return growth.line("the most that any JVM grows by 1 GB in and 1 GB out", 64, 32);
    }

    private static String ourAddress(LocalRun run, Wire wire, String files) throws IOException {
        var reply = wire.get(files + "/download-url?path=/home/user/large").expect(200);
        return run.url(URI.create(Json.text(Json.object(reply), "url")).getRawPath());
    }

    private static double download(Scratch scratch, String address) throws IOException, InterruptedException {
        var start = System.nanoTime();
        scratch.run(PATIENCE, List.of("curl", "-sSf", "-o", "/dev/null", address));
        return megabytesPerSecond(start);
    }

    private static double upload(Scratch scratch, LocalRun run, Wire wire, String files, Path file)
            throws IOException, InterruptedException {
        var reply = wire.post(files + "/upload-url", "{\"path\":\"/home/user/large\"}")
                .expect(201);
        var address = run.url(URI.create(Json.text(Json.object(reply), "url")).getRawPath());
        var start = System.nanoTime();
        scratch.run(PATIENCE, List.of("curl", "-sSf", "-o", "/dev/null", "-T", file.toString(), address));
        return megabytesPerSecond(start);
    }

    private static double put(Scratch scratch, SshPeer ssh, Path file) throws IOException, InterruptedException {
        var start = System.nanoTime();
        scratch.run(PATIENCE, ssh.put(file, scratch.folder().resolve("arrived")));
        return megabytesPerSecond(start);
    }

    private static double megabytesPerSecond(long startNanos) {
        return MEGABYTES * 1e9 / (System.nanoTime() - startNanos);
    }

    /** Debian's nginx, serving a folder with what it has: sendfile. */
    private record NginxPeer(Path root, int port) {
        NginxPeer(Scratch scratch) throws IOException, InterruptedException {
            this(Files.createDirectories(scratch.folder().resolve("www")), Ports.free());
            var configuration = Files.writeString(scratch.folder().resolve("nginx.conf"), """
                    daemon off;
                    user %3$s;
                    pid %1$s/nginx.pid;
                    error_log stderr;
                    events {}
                    http {
                        access_log off;
                        sendfile on;
                        tcp_nopush on;
                        server { listen 127.0.0.1:%2$d; root %1$s/www; }
                    }
                    """.formatted(
                            scratch.folder(), port, System.getProperty("user.name")));
            Files.writeString(root.resolve("up"), "up");
            scratch.start("nginx", Map.of(), List.of("/usr/sbin/nginx", "-c", configuration.toString()));
            scratch.await(
                    "nginx",
                    Duration.ofSeconds(20),
                    () -> Files.exists(scratch.folder().resolve("nginx.pid")));
        }

        String address(String name) {
            return "http://127.0.0.1:" + port + "/" + name;
        }
    }
}
