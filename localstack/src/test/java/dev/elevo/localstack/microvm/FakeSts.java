package dev.elevo.localstack.microvm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.localstack.microvm.Signature.Signer;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** As much of STS as it takes to become a role for a while, with less than the role may. */
public final class FakeSts implements AutoCloseable {
    public static final String ROLE = "arn:aws:iam::123456789012:role/streams";

    /** Who became the role cannot become it for longer: he is a session himself. */
    private static final long LONGEST_SECONDS = 3600;

    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final HttpServer server;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();

    /** How long one is good for, whatever was asked for. */
    private volatile Duration life = Duration.ofHours(1);

    /** Whether nobody becomes anybody. */
    private volatile boolean isRefusing;

    /** @param allowed resources, each for the one action that there is */
    private record Session(String secret, String token, List<String> allowed, Instant endsAt) {}

    public FakeSts() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public int begun() {
        return begun.get();
    }

    /** From now on sessions are told to be good for so long, and are. */
    public void shorten(Duration each) {
        life = each;
    }

    /** From now on nobody is given another session, or everybody again. */
    public void refuse(boolean all) {
        isRefusing = all;
    }

    /** All that there are, before their time: nobody who has one is told. */
    public void revoke() {
        sessions.clear();
    }

    /** Whether the request is signed by a session that lasts and may do that. */
    boolean allows(String resource, String method, URI target, Function<String, @Nullable String> header, byte[] body) {
        var id = Signature.signerId(header);
        var session = sessions.get(id);
        return session != null
                && Instant.now().isBefore(session.endsAt())
                && session.token().equals(header.apply("x-amz-security-token"))
                && session.allowed().contains(resource)
                && Signature.isGood(new Signer(id, session.secret()), "execute-api", method, target, header, body);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var isSigned = Signature.isGood(
                    Signer.FUNCTION,
                    "sts",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    exchange.getRequestHeaders()::getFirst,
                    body);
            var asked = Signature.query(URI.create("?" + new String(body, StandardCharsets.UTF_8).replace("+", "%20")));
            if (isRefusing || !isSigned || !ROLE.equals(asked.get("RoleArn"))) {
                say(exchange, 403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
                return;
            }
            var seconds = Long.parseLong(asked.getOrDefault("DurationSeconds", "3600"));
            var name = asked.getOrDefault("RoleSessionName", "");
            if (!"AssumeRole".equals(asked.get("Action"))
                    || seconds < 900
                    || seconds > LONGEST_SECONDS
                    || !name.matches("[\\w+=,.@-]{2,64}")) {
                say(exchange, 400, "<ErrorResponse><Error><Code>ValidationError</Code></Error></ErrorResponse>");
                return;
            }
            var id = "ASIA" + UUID.randomUUID().toString().substring(0, 8);
            var session = new Session(
                    UUID.randomUUID() + "/+=",
                    "token/" + UUID.randomUUID() + "+==",
                    allowed(asked.getOrDefault("Policy", "")),
                    Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS));
            sessions.put(id, session);
            begun.incrementAndGet();
            say(
                    exchange,
                    200,
                    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\n"
                            + "<AssumedRoleUser><Arn>" + ROLE + "/" + name + "</Arn></AssumedRoleUser>\n<Credentials>"
                            + "<AccessKeyId>" + id + "</AccessKeyId>\n<SecretAccessKey>" + session.secret()
                            + "</SecretAccessKey>\n<SessionToken>" + session.token() + "</SessionToken>\n<Expiration>"
                            + session.endsAt() + "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>");
        }
    }

    private static List<String> allowed(String policy) throws IOException {
        var document = Objects.requireNonNull(JSON.readValue(policy, Argument.mapOf(String.class, Object.class)));
        if (document.get("Statement") instanceof List<?> statements
                && statements.size() == 1
                && statements.getFirst() instanceof Map<?, ?> statement
                && "Allow".equals(statement.get("Effect"))
                && "execute-api:ManageConnections".equals(statement.get("Action"))
                && statement.get("Resource") instanceof List<?> resources) {
            return resources.stream().map(Object::toString).toList();
        }
        throw new IOException("a policy that gives something else: " + policy);
    }

    private static void say(HttpExchange exchange, int status, String xml) throws IOException {
        var body = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
