package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;

/** A key and its echo: by the gateway, straight to the agent, over ssh, and by a terminal server of npm. */
final class Terminal implements Benchmark {
    private static final Pattern DATA = Pattern.compile("\"data\":\"([A-Za-z0-9+/=]*)\"");

    @Override
    public String name() {
        return "terminal";
    }

    @Override
    public List<Line> run() throws Exception {
        var node = NodePtyPeer.install(LocalRun.repository().resolve("bench/target/node-pty"));
        try (var scratch = new Scratch(name())) {
            var local = new LocalRun(scratch);
            try (var wire = local.connect()) {
                var sandbox = OurSandbox.create(wire, "{}");
                try (var gateway = byGateway(local, sandbox).ready();
                        var direct = direct(sandbox).ready();
                        var ssh = new SshPeer(scratch).terminal().ready();
                        var npm = NodePtyPeer.start(scratch, node).ready()) {
                    var lines = List.of(
                            time("key and echo by the gateway, p50", 5, gateway, ssh, peer -> 5),
                            time("key and echo straight to the agent, p50", 1.5, direct, ssh, peer -> peer),
                            new Contest(
                                            "key and echo straight to the agent, p99",
                                            "ws and node-pty",
                                            "ms",
                                            Target.atMost(1, 0.5),
                                            slowest(direct.echo()),
                                            slowest(npm.echo()))
                                    .run());
                    sandbox.delete();
                    return lines;
                }
            }
        }
    }

    /** @param aim what is wished for, given what the peer took */
    private static Line time(String name, double must, Keys ours, Keys peer, DoubleUnaryOperator aim) throws Exception {
        var times = new Turns(10, 400, 400).take(ours.echo(), peer.echo());
        return new Line.Beside(
                name,
                "ssh -tt",
                "ms",
                times.ours().median(),
                times.peers().median(),
                Line.spread(times.ours()) + times.samples(),
                Target.atMost(must, aim.applyAsDouble(times.peers().median())));
    }

    private static Measure slowest(Latency.Timed operation) {
        return stretch -> {
            var samples = new ArrayList<Double>();
            var end = System.nanoTime()
                    + Math.max(stretch.toNanos(), Duration.ofSeconds(1).toNanos());
            while (System.nanoTime() < end) {
                samples.add(operation.nanos() / 1e6);
            }
            return Quantiles.of(samples).at(0.99);
        };
    }

    private static Keys byGateway(LocalRun local, OurSandbox sandbox) throws IOException {
        return new Ours(new WebSocketWire(
                URI.create("ws://localhost:" + local.port() + open(sandbox) + "/connect?includeHistory=true"),
                List.of("bearer", LocalRun.KEY)));
    }

    private static Keys direct(OurSandbox sandbox) throws IOException {
        var ticket = Json.object(sandbox.wire()
                .post(open(sandbox) + "/ticket?includeHistory=true", "")
                .expect(201));
        return new Ours(new WebSocketWire(URI.create(Json.text(ticket, "url")), Json.texts(ticket, "protocols")));
    }

    private static String open(OurSandbox sandbox) throws IOException {
        var opened = sandbox.wire()
                .post(
                        sandbox.path() + "/pty",
                        "{\"shell\": \"/bin/sh\", \"shellArgs\": [\"-c\", \"" + Keys.PROGRAM + "\"]}")
                .expect(201);
        return sandbox.path() + "/pty/" + Json.object(opened).get("pid");
    }

    private record Ours(WebSocketWire wire) implements Keys {
        @Override
        public void press(char key) throws IOException {
            var data = Base64.getEncoder().encodeToString(new byte[] {(byte) key});
            wire.send("{\"type\":\"input\",\"data\":\"" + data + "\"}");
        }

        @Override
        public String see() throws IOException {
            var message = wire.receive();
            var data = DATA.matcher(message);
            if (!data.find()) {
                throw new WrongReply("no data: " + message);
            }
            return new String(Base64.getDecoder().decode(data.group(1)), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
