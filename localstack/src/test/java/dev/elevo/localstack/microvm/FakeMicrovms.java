package dev.elevo.localstack.microvm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The service of MicroVMs by its wire protocol of 2025-09-09: signed requests, states that are told late, pages, rates, quotas, client
 * tokens that are good for ever. Each machine is the real agent in a container of its own.
 */
public final class FakeMicrovms implements AutoCloseable {
    public static final String KEY_ID = Signature.KEY_ID;
    public static final String SECRET = Signature.SECRET;

    private static final String ALL = "/2025-09-09/microvms";
    private static final Pattern ONE = Pattern.compile(ALL + "/([^/]+)(?:/([a-z-]+))?");
    private static final String ACCOUNT = "arn:aws:lambda:us-east-1:123456789012:";
    private static final Set<String> RUN_FIELDS = Set.of(
            "imageIdentifier",
            "imageVersion",
            "executionRoleArn",
            "idlePolicy",
            "maximumDurationInSeconds",
            "runHookPayload",
            "ingressNetworkConnectors",
            "egressNetworkConnectors",
            "logging",
            "clientToken");
    private static final Argument<Map<String, Object>> FIELDS = Argument.mapOf(String.class, Object.class);
    private static final JsonMapper JSON = JsonMapper.createDefault();

    /** Booted ahead of need: the next machine is wanted while the one before it is still moved. */
    private static final int SPARES = 2;

    /** More would take the processors from one another, and from those who wait for the first. */
    private static final int BOOTING_AT_A_TIME = 2;

    private final Path root;
    private final Path directory;
    private final HttpServer server;
    private final Map<String, Image> images = new TreeMap<>();
    private final Map<String, Machine> machines = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> answered = new ConcurrentHashMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, ArrayDeque<Long>> calls = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Queue<Map<String, Object>> runs = new ConcurrentLinkedQueue<>();
    private final ProxyTokens tokens = new ProxyTokens();
    private final BlockingQueue<Future<Guest>> spares = new LinkedBlockingQueue<>();
    private final ExecutorService boots =
            Executors.newFixedThreadPool(BOOTING_AT_A_TIME, Thread.ofVirtual().factory());
    private volatile int quotaMemory = Integer.MAX_VALUE;

    private record Image(String arn, int memory, Set<String> active) {}

    /** @param root of the project, as it was built */
    public FakeMicrovms(Path root, Path directory) throws IOException {
        this.root = root;
        this.directory = directory;
        for (var spare = 0; spare < SPARES; spare++) {
            spares.add(boot());
        }
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Until the first machine starts as quickly as from a snapshot. */
    public void awaitImage() throws IOException {
        try {
            Objects.requireNonNull(spares.peek()).get();
        } catch (ExecutionException e) {
            throw new IOException("a guest that does not boot", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Adds one of version 1.0, and gives its ARN. */
    public String image(String name, int memory) {
        var arn = ACCOUNT + "microvm-image:" + name;
        images.put(arn, new Image(arn, memory, new HashSet<>(Set.of("1.0"))));
        return arn;
    }

    // --- what a test does to it ----------------------------------------------------------------------------------

    /** The next call of that operation goes wrong. */
    public void breakNext(String operation, Fault fault) {
        faults.computeIfAbsent(operation, name -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    public void withdraw(String imageArn) {
        image(imageArn).active().clear();
    }

    public void publish(String imageArn) {
        image(imageArn).active().add("1.0");
    }

    /** All machines together, asleep or not. */
    public void limitMemory(int mebibytes) {
        quotaMemory = mebibytes;
    }

    public void expireTokens() {
        tokens.expire();
    }

    /** As if it had been there so much longer. */
    public void age(String machine, Duration by) {
        var aged = known(machine);
        aged.startedAt = aged.startedAt.minus(by);
    }

    /** Without a word to anybody. */
    public void kill(String machine) throws IOException {
        end(known(machine), "Host failure");
    }

    /** As at the end of its eight hours. */
    public void reachEndOfLife(String machine) throws IOException {
        var ending = known(machine);
        ending.become("TERMINATING");
        ending.guest().hook("terminate", "");
        end(ending, "Maximum duration reached");
    }

    /** As by who started one and died before he wrote it down. */
    public void startForNobody(String imageArn) {
        try {
            started(Map.of(
                    "imageIdentifier",
                    imageArn,
                    "maximumDurationInSeconds",
                    28_800,
                    "runHookPayload",
                    "{\"generation\":1,\"controlKey\":\"none\"}",
                    "egressNetworkConnectors",
                    List.of("open"),
                    "logging",
                    Map.of("disabled", Map.of())));
        } catch (IOException | RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ids of those that have not ended. */
    public List<String> alive() {
        return machines.values().stream()
                .filter(machine -> !machine.isOver())
                .sorted(Comparator.comparing(machine -> machine.startedAt))
                .map(machine -> machine.id)
                .toList();
    }

    public String state(String machine) {
        return known(machine).state();
    }

    public int started() {
        return machines.size();
    }

    public int calls(String operation) {
        return counts.getOrDefault(operation, new AtomicInteger()).get();
    }

    /** What was asked for, in order. */
    public List<Map<String, Object>> runs() {
        return List.copyOf(runs);
    }

    // --- the protocol --------------------------------------------------------------------------------------------

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            try {
                check(exchange, body);
                var path = exchange.getRequestURI().getPath();
                var one = ONE.matcher(path);
                if (path.equals(ALL)) {
                    switch (exchange.getRequestMethod()) {
                        case "POST" -> run(exchange, JSON.readValue(body, FIELDS));
                        case "GET" -> list(exchange);
                        default -> throw RefusedException.invalid("no such operation");
                    }
                } else if (one.matches()) {
                    one(exchange, one.group(1), one.group(2), body);
                } else {
                    throw RefusedException.invalid("no such operation");
                }
            } catch (RefusedException refused) {
                exchange.getResponseHeaders().set("x-amzn-ErrorType", refused.type);
                if (refused.retryAfter != null) {
                    exchange.getResponseHeaders().set("Retry-After", "" + refused.retryAfter.toSeconds());
                }
                say(exchange, refused.status, Map.of("message", refused.text));
            }
        }
    }

    private static void check(HttpExchange exchange, byte[] body) throws RefusedException {
        var headers = exchange.getRequestHeaders();
        if (!Signature.isGood(exchange.getRequestMethod(), exchange.getRequestURI(), headers::getFirst, body)) {
            throw RefusedException.denied("The request signature we calculated does not match");
        }
    }

    private void run(HttpExchange exchange, @Nullable Map<String, Object> wanted) throws IOException, RefusedException {
        var fault = begin("RunMicrovm", 5);
        if (wanted == null || !RUN_FIELDS.containsAll(wanted.keySet())) {
            throw RefusedException.invalid("unknown fields");
        }
        runs.add(wanted);
        var token = String.valueOf(wanted.get("clientToken"));
        Map<String, Object> before;
        synchronized (answered) {
            before = answered.get(token);
            if (before == null) {
                before = started(wanted).described("PENDING");
                answered.put(token, before);
            }
        }
        if (fault == Fault.DONE_AND_SILENT) {
            return; // the connection ends without an answer
        }
        say(exchange, 200, before);
    }

    private Machine started(Map<String, Object> wanted) throws IOException, RefusedException {
        var payload = String.valueOf(wanted.get("runHookPayload"));
        if (payload.length() > 4096
                || !(wanted.get("maximumDurationInSeconds") instanceof Number life)
                || life.intValue() < 1
                || life.intValue() > 28_800
                || !(wanted.get("egressNetworkConnectors") instanceof List<?> egress)
                || egress.size() != 1
                || !(wanted.get("logging") instanceof Map<?, ?> logging)
                || logging.size() != 1) {
            throw RefusedException.invalid("1 validation error detected");
        }
        var image = images.get(String.valueOf(wanted.get("imageIdentifier")));
        var version = String.valueOf(wanted.getOrDefault("imageVersion", "1.0"));
        if (image == null || !image.active().contains(version)) {
            throw RefusedException.notFound("No active version found");
        }
        var used = machines.values().stream()
                .filter(machine -> !machine.isOver())
                .mapToInt(machine -> machine.memory)
                .sum();
        if (used + image.memory() > quotaMemory) {
            throw RefusedException.quota("Account memory quota exceeded");
        }
        var id = "microvm-" + UUID.randomUUID();
        var machine = new Machine(id, image.arn(), version, image.memory(), new Endpoint(id, tokens));
        machines.put(id, machine);
        Thread.ofVirtual().start(() -> awaken(machine, payload));
        return machine;
    }

    private void awaken(Machine machine, String payload) {
        try {
            var guest = restored();
            machine.runsIn(guest);
            var told = JSON.writeValueAsString(Map.of("microvmId", machine.id, "runHookPayload", payload));
            if (machine.isOver()) {
                guest.kill();
            } else if (guest.hook("run", told) == 200) {
                machine.endpoint().leadTo(guest);
                machine.become("RUNNING");
            } else {
                end(machine, "Run hook failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the snapshot of an image, as it were: one has booted ahead of need, and now the next does. */
    private Guest restored() throws IOException {
        try {
            spares.add(boot());
            return spares.take().get();
        } catch (ExecutionException e) {
            throw new IOException("a guest that does not boot", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private Future<Guest> boot() {
        return boots.submit(() -> Guest.boot(root, directory));
    }

    private void list(HttpExchange exchange) throws IOException, RefusedException {
        begin("ListMicrovms", 100);
        var query = Signature.query(exchange.getRequestURI());
        var most = Integer.parseInt(query.getOrDefault("maxResults", "50"));
        if (most < 1 || most > 50) {
            throw RefusedException.invalid("maxResults");
        }
        // Small pages, cut before the filter: an empty one with a token is nothing unusual.
        var size = Math.min(most, 3);
        var from = Integer.parseInt(query.getOrDefault("nextToken", "0"));
        var sorted = machines.values().stream()
                .sorted(Comparator.comparing((Machine machine) -> machine.startedAt)
                        .thenComparing(machine -> machine.id))
                .toList();
        var items = sorted.stream()
                .skip(from)
                .limit(size)
                .filter(machine -> machine.imageArn.equals(query.getOrDefault("imageIdentifier", machine.imageArn)))
                .map(Machine::listed)
                .toList();
        say(
                exchange,
                200,
                from + size < sorted.size()
                        ? Map.of("items", items, "nextToken", "" + (from + size))
                        : Map.of("items", items));
    }

    private void one(HttpExchange exchange, String id, @Nullable String verb, byte[] body)
            throws IOException, RefusedException {
        var call = exchange.getRequestMethod() + (verb == null ? "" : " " + verb);
        switch (call) {
            case "GET" -> {
                begin("GetMicrovm", 100);
                var machine = find(id);
                say(exchange, 200, machine.described(machine.toldState()));
            }
            case "DELETE" -> {
                var fault = begin("TerminateMicrovm", 10);
                var machine = find(id);
                if (!machine.isOver()) {
                    var wasAwake = machine.state().equals("RUNNING");
                    machine.become("TERMINATING");
                    if (wasAwake) {
                        machine.guest().hook("terminate", "");
                    }
                    end(machine, "Terminated by user");
                }
                done(exchange, fault);
            }
            case "POST suspend" -> {
                var fault = begin("SuspendMicrovm", 2);
                suspend(find(id));
                done(exchange, fault);
            }
            case "POST resume" -> {
                var fault = begin("ResumeMicrovm", 5);
                resume(find(id));
                done(exchange, fault);
            }
            case "POST auth-token" -> {
                begin("CreateMicrovmAuthToken", 50);
                say(exchange, 200, Map.of("authToken", Map.of("X-aws-proxy-auth", token(find(id), body))));
            }
            default -> throw RefusedException.invalid("no such operation");
        }
    }

    private void suspend(Machine machine) throws IOException, RefusedException {
        switch (machine.state()) {
            case "SUSPENDED" -> {}
            case "RUNNING" -> {
                machine.become("SUSPENDING");
                if (machine.guest().hook("suspend", "") != 200) {
                    end(machine, "Suspend hook failed");
                    return;
                }
                machine.endpoint().sleep();
                machine.guest().freeze();
                machine.become("SUSPENDED");
            }
            default -> throw RefusedException.conflict("The MicroVM is " + machine.state());
        }
    }

    private void resume(Machine machine) throws IOException, RefusedException {
        switch (machine.state()) {
            case "RUNNING" -> {}
            case "SUSPENDED" -> {
                machine.guest().thaw();
                if (machine.guest().hook("resume", "") != 200) {
                    end(machine, "Resume hook failed");
                    return;
                }
                machine.endpoint().wake();
                machine.become("RUNNING");
            }
            default -> throw RefusedException.conflict("The MicroVM is " + machine.state());
        }
    }

    private String token(Machine machine, byte[] body) throws IOException, RefusedException {
        if (machine.isOver()) {
            throw RefusedException.notFound("No such MicroVM");
        }
        var wanted = Optional.ofNullable(JSON.readValue(body, FIELDS)).orElse(Map.of());
        if (!(wanted.get("expirationInMinutes") instanceof Number minutes)
                || minutes.intValue() < 1
                || minutes.intValue() > 60
                || !(wanted.get("allowedPorts") instanceof List<?> ports)
                || ports.isEmpty()) {
            throw RefusedException.invalid("expirationInMinutes must be from 1 to 60");
        }
        var allowed = new HashSet<Integer>();
        for (var port : ports) {
            if (port instanceof Map<?, ?> one && one.get("port") instanceof Number number) {
                allowed.add(number.intValue());
            }
        }
        return tokens.give(machine.id, allowed, Duration.ofMinutes(minutes.intValue()));
    }

    private void end(Machine machine, String reason) throws IOException {
        machine.endpoint().close();
        machine.ended(reason);
        if (machine.hasGuest()) {
            machine.guest().kill();
        }
    }

    private Machine find(String id) throws RefusedException {
        var machine = machines.get(id);
        if (machine == null) {
            throw RefusedException.notFound("No such MicroVM");
        }
        return machine;
    }

    private Machine known(String id) {
        return Objects.requireNonNull(machines.get(id), id);
    }

    private Image image(String arn) {
        var image = images.get(arn);
        if (image == null) {
            throw new IllegalArgumentException(arn);
        }
        return image;
    }

    private @Nullable Fault begin(String operation, int perSecond) throws RefusedException {
        counts.computeIfAbsent(operation, name -> new AtomicInteger()).incrementAndGet();
        var fault = faults.getOrDefault(operation, new ArrayDeque<>()).poll();
        if (fault == Fault.THROTTLED || isTooOften(operation, perSecond)) {
            throw RefusedException.throttled();
        }
        if (fault == Fault.NO_CAPACITY) {
            throw RefusedException.noCapacity();
        }
        if (fault == Fault.BROKEN) {
            throw RefusedException.broken();
        }
        return fault;
    }

    /** As many in a second as the account has, and as many more at once as a burst may be. */
    private boolean isTooOften(String operation, int perSecond) {
        var recent = calls.computeIfAbsent(operation, name -> new ArrayDeque<>());
        synchronized (recent) {
            var now = System.nanoTime();
            while (!recent.isEmpty()
                    && now - recent.peekFirst() > Duration.ofSeconds(1).toNanos()) {
                recent.pollFirst();
            }
            if (recent.size() >= 2 * perSecond) {
                return true;
            }
            recent.addLast(now);
            return false;
        }
    }

    private static void done(HttpExchange exchange, @Nullable Fault fault) throws IOException {
        if (fault != Fault.DONE_AND_SILENT) {
            say(exchange, 200, Map.of());
        }
    }

    private static void say(HttpExchange exchange, int status, Map<String, Object> words) throws IOException {
        var body = JSON.writeValueAsString(words).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        for (var machine : machines.values()) {
            if (!machine.isOver()) {
                end(machine, "The stand-in ends");
            }
        }
        for (var spare : spares) {
            try {
                spare.get().kill();
            } catch (ExecutionException neverBooted) {
                // Then there is nothing to end.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
