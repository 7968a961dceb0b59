package dev.elevo.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A request by a route of the dynamic gateway: how much later it is answered than straight, and how many a second beside nginx's proxy_pass. */
final class Forward implements Benchmark {
    private static final int CALLERS = 32;
    private static final int BLOCKS = 10;
    private static final Duration STRETCH = Duration.ofMillis(500);
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "forward";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var nginx = new Nginx(scratch);
            var run = new LocalRun(scratch, Map.of("ELEVO_UPSTREAM_ALLOW", "127.0.0.1"));
            try (var wire = run.connect()) {
                wire.post(
                                "/admin/routes",
                                Json.write(Map.of(
                                        "service_name", "hello",
                                        "path_pattern", "/hello/*",
                                        "target_url", "http://127.0.0.1:" + nginx.upstream() + "/hello/*",
                                        "method", "GET",
                                        "rate_limit_rpm", 1_000_000)))
                        .expect(200);
            }
            return List.of(
                    added(run::connect, () -> nginx.connect(nginx.upstream())),
                    new Contest(
                                    "requests forwarded, 32 connections",
                                    "nginx proxy_pass",
                                    "/s",
                                    Target.atLeast(0.25, 0.6),
                                    callers(run::connect),
                                    callers(() -> nginx.connect(nginx.proxy())))
                            .run());
        }
    }

    private static Line added(Supplier<Wire> gateway, Supplier<Wire> upstream) throws Exception {
        try (var forwarded = gateway.get();
                var straight = upstream.get()) {
            var ours = new Latency(() -> greetNanos(forwarded));
            var theirs = new Latency(() -> greetNanos(straight));
            ours.over(WARM_UP);
            theirs.over(WARM_UP);
            var differences = new ArrayList<Double>();
            for (int i = 0; i < BLOCKS; i++) {
                differences.add(ours.over(STRETCH) - theirs.over(STRETCH));
            }
            var quantiles = Quantiles.of(differences);
            return new Line.Plain(
                    "forwarding, added to the upstream's p50",
                    "ms",
                    quantiles.median(),
                    quantiles.at(0.1),
                    quantiles.at(0.9),
                    Target.atMost(3, 0.5));
        }
    }

    private static long greetNanos(Wire wire) throws IOException {
        var start = System.nanoTime();
        HelloServer.mustGreet(wire);
        return System.nanoTime() - start;
    }

    private static Measure callers(Supplier<Wire> connect) {
        return new Throughput(Collections.nCopies(CALLERS, connect).stream()
                .<Callable<Void>>map(each -> {
                    var wire = each.get();
                    return () -> {
                        HelloServer.mustGreet(wire);
                        return null;
                    };
                })
                .toList());
    }

    /** Debian's nginx: the upstream, which answers a little JSON, and the peer in front of it, with connections it keeps. */
    private record Nginx(int upstream, int proxy) {
        Nginx(Scratch scratch) throws IOException, InterruptedException {
            this(Ports.free(), Ports.free());
            var configuration = Files.writeString(
                    scratch.folder().resolve("nginx.conf"), """
                    daemon off;
                    worker_processes 2;
                    pid %1$s/nginx.pid;
                    error_log stderr;
                    events { worker_connections 1024; }
                    http {
                        access_log off;
                        keepalive_requests 1000000000;
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                        upstream hello { server 127.0.0.1:%2$d; keepalive 64; keepalive_requests 1000000000; }
                        server {
                            listen 127.0.0.1:%2$d;
                            default_type application/json;
                            location = /hello/anyone { return 200 '{"hello":"anyone"}'; }
                        }
                        server {
                            listen 127.0.0.1:%3$d;
                            location / {
                                proxy_pass http://hello;
                                proxy_http_version 1.1;
                                proxy_set_header Connection "";
                            }
                        }
                    }
                    """.formatted(scratch.folder(), upstream, proxy));
            scratch.start("nginx", Map.of(), List.of("/usr/sbin/nginx", "-c", configuration.toString()));
            scratch.await("nginx", Duration.ofSeconds(10), () -> {
                try (var wire = connect(proxy)) {
                    return wire.get(HelloServer.PATH).status() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        }

        Wire connect(int port) {
            return new Wire(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Map.of());
        }
    }
}
