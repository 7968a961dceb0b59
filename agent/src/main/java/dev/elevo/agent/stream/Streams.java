package dev.elevo.agent.stream;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Late;
import dev.elevo.contract.agent.AttachStream;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.Heard;
import dev.elevo.contract.agent.ServedStream;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.agent.TicketRequest;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.context.BeanProvider;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections this agent serves. */
@Singleton
public final class Streams implements StreamAgent {
    public static final int MOST_PER_SANDBOX = 100;

    /** As long as the gateway keeps one open. */
    static final Duration LIFE = Duration.ofHours(2);

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final int MOST = 2000;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long PERIOD_MILLIS = 500;

    /** Before the right to write to a connection ends. */
    private static final Duration FAREWELL = Duration.ofSeconds(30);

    private final BeanProvider<StreamSource> sources;
    private final Tickets tickets;
    private final GrantFiles grants;
    private final LastUses uses;
    private final ObjectMapper json;
    private final ServerMessages says;
    private final InstantSource clock;

    /** By the ids of the gateway's connections, and by ones of our own for those that came straight. */
    private final Map<String, Link> links = new ConcurrentHashMap<>();

    /** The ends of those whose clients are being told. */
    private final Set<CompletableFuture<Void>> leaving = ConcurrentHashMap.newKeySet();

    private volatile Late<HttpClient> http = newClient();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("streams").daemon().factory());

    /** @param sources a provider, since they tell us when a sandbox ends */
    @Inject
    Streams(BeanProvider<StreamSource> sources, Tickets tickets, GrantFiles grants, LastUses uses, ObjectMapper json)
            throws IOException {
        this(sources, tickets, grants, uses, json, InstantSource.system());
    }

    Streams(
            BeanProvider<StreamSource> sources,
            Tickets tickets,
            GrantFiles grants,
            LastUses uses,
            ObjectMapper json,
            InstantSource clock)
            throws IOException {
        this.clock = clock;
        this.sources = sources;
        this.tickets = tickets;
        this.grants = grants;
        this.uses = uses;
        this.json = json;
        this.says = new ServerMessages(json, clock);
        var left = grants.takeAll();
        Thread.ofVirtual()
                .start(() -> left.forEach(grant -> new GatewayWire(this::http, grant).close(CloseCode.GOING_AWAY)));
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void attach(String sandboxId, String connectionId, AttachStream stream) {
        if (links.containsKey(connectionId)) {
            return; // the call was repeated
        }
        keep(connectionId, stream.grant());
        open(
                sandboxId,
                connectionId,
                stream.target(),
                new GatewayWire(this::http, stream.grant()),
                () -> grants.forget(connectionId));
    }

    /** Of a key nothing is written down: in a machine of its own an agent has no successor, and it should be found nowhere. */
    private void keep(String connectionId, ConnectionGrant grant) {
        if (grant.key() != null) {
            return;
        }
        try {
            grants.keep(connectionId, grant);
        } catch (IOException e) {
            throw new Failure.Unavailable("The connection cannot be taken note of", RETRY).causedBy(e);
        }
    }

    /** One that came straight to us. */
    public Link open(String sandboxId, String linkId, StreamTarget target, Wire wire) {
        var link = open(sandboxId, linkId, target, wire, () -> {});
        uses.note(sandboxId);
        return link;
    }

    private Link open(String sandboxId, String id, StreamTarget target, Wire wire, Runnable ended) {
        var link = new Link(sandboxId, wire, says, json, uses, clock.instant(), over -> {
            links.remove(id, over);
            ended.run();
        });
        try {
            checkRoom(sandboxId);
            var former = links.putIfAbsent(id, link);
            if (former != null) {
                return former; // the call was repeated while the first was at it
            }
            link.begin(source(target).open(sandboxId, target, link));
            return link;
        } catch (RuntimeException e) {
            link.clientGone();
            throw e;
        }
    }

    private void checkRoom(String sandboxId) {
        var ofSandbox = links.values().stream()
                .filter(link -> link.sandboxId().equals(sandboxId))
                .count();
        if (ofSandbox >= MOST_PER_SANDBOX || links.size() >= MOST) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "There are too many connections",
                            Map.of("resource", "connections", "limit", MOST_PER_SANDBOX))
                    .asException();
        }
    }

    private StreamSource source(StreamTarget target) {
        return sources.stream()
                .filter(candidate -> candidate.serves(target.kind()))
                .findFirst()
                .orElseThrow(() -> new Failure.Refused(ErrorCode.INVALID_REQUEST, "There is no stream of this kind")
                        .asException());
    }

    @Override
    public Heard say(String sandboxId, String connectionId, String text) {
        var link = link(sandboxId, connectionId);
        if (link == null) {
            return Heard.BY_NOBODY;
        }
        receive(link, text);
        return wantsGrant(link, clock.instant()) ? Heard.WITH_GRANT_ENDING : Heard.YES;
    }

    private static boolean wantsGrant(Link link, Instant now) {
        return link.wire() instanceof GatewayWire wire && wire.wantsGrant(now);
    }

    @Override
    public void renew(String sandboxId, String connectionId, ConnectionGrant grant) {
        var link = link(sandboxId, connectionId);
        if (link != null && link.wire() instanceof GatewayWire wire) {
            wire.renew(grant);
        }
    }

    /** What the client of a link said. */
    public static void receive(Link link, String text) {
        try {
            link.receive(text);
        } catch (IOException e) {
            LOG.warn("what a client said did not arrive", e);
            link.close(CloseCode.INTERNAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
        } catch (ApiException e) {
            LOG.warn("what a client said is refused", e);
            link.close(CloseCode.INTERNAL);
        } catch (RuntimeException e) {
            LOG.error("what a client said broke something", e);
            link.close(CloseCode.INTERNAL);
        }
    }

    @Override
    public void detach(String sandboxId, String connectionId) {
        var link = link(sandboxId, connectionId);
        if (link != null) {
            link.clientGone();
        }
    }

    /** One of another sandbox is none: whoever asks may know that sandbox only. */
    private @Nullable Link link(String sandboxId, String connectionId) {
        var link = links.get(connectionId);
        return link == null || !link.sandboxId().equals(sandboxId) ? null : link;
    }

    @Override
    public List<ServedStream> attached(String sandboxId) {
        var now = clock.instant();
        return links.entrySet().stream()
                .filter(link -> link.getValue().sandboxId().equals(sandboxId))
                .map(link -> new ServedStream(link.getKey(), wantsGrant(link.getValue(), now)))
                .toList();
    }

    @Override
    public DirectTicket ticket(String sandboxId, TicketRequest request) {
        source(request.target()).check(sandboxId, request.target());
        return tickets.issue(sandboxId, request);
    }

    /** All connections about the sandbox end: it has been stopped, paused or removed. */
    public void end(String sandboxId, CloseCode code) {
        links.values().stream()
                .filter(link -> link.sandboxId().equals(sandboxId))
                .forEach(link -> {
                    leaving.add(link.gone());
                    link.part(code);
                });
        leaving.removeIf(CompletableFuture::isDone);
    }

    /** Until all that was ended has been told to its clients, or so long: when all stands still next, nobody would hear of it. */
    public void awaitEnds(Duration most) {
        CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, most.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** A round that fails must not be the last. */
    private void look() {
        try {
            var now = System.nanoTime();
            var time = clock.instant();
            var oldest = time.minus(LIFE);
            for (var link : links.values()) {
                if (link.openedAt().isBefore(oldest) || isMuteSoon(link, time)) {
                    link.part(CloseCode.GOING_AWAY);
                }
                if (link.isDue(now)) {
                    // To close one may take the gateway its time.
                    Thread.ofVirtual().start(() -> link.endWhatIsDue());
                }
            }
        } catch (RuntimeException e) {
            LOG.error("looking after the connections failed", e);
        }
    }

    /** Nobody has brought another right in all that time; with the old one the client can still be told. */
    private static boolean isMuteSoon(Link link, Instant now) {
        return link.wire() instanceof GatewayWire wire && wire.endsBefore(now.plus(FAREWELL));
    }

    private static Late<HttpClient> newClient() {
        return new Late<>(
                () -> HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIME)
                        // Nothing it has to run blocks: a change of threads would cost more than the work.
                        .executor(Runnable::run)
                        .build(),
                HttpClient::shutdownNow);
    }

    private HttpClient http() throws IOException {
        return http.get().orElseThrow(() -> new IOException("nothing is sent any more"));
    }

    /** The machine stood still, and what it was connected with is gone without a word. */
    public void connectAnew() {
        var former = http;
        http = newClient();
        former.close();
    }

    /** Told to all. What comes after finds nobody. */
    public void endAll() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            links.values().forEach(link -> threads.execute(() -> link.close(CloseCode.GOING_AWAY)));
        }
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
        endAll();
        http.close();
    }
}
