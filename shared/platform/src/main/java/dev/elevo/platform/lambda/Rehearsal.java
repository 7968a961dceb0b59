package dev.elevo.platform.lambda;

import dev.elevo.platform.identity.RehearsalToken;
import io.micronaut.context.BeanProvider;
import io.micronaut.core.order.Ordered;
import io.micronaut.crac.OrderedResource;
import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.crac.Context;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before Lambda takes the snapshot that instances begin with, the function looks at everything once that can be looked at: as
 * nobody in particular, with ids of nothing, from the JSON of the event to that of the answer and through the tables between. What
 * the first caller would have waited for is in the snapshot then: classes, compiled code, connections that showed how it is done.
 *
 * <p>Only GETs, so nothing is changed; and only for a while, since a database may be asleep.
 *
 * <p>After the restore nothing has to be made anew: connections are tried before they are used, credentials end by the clock,
 * random numbers that matter come from the operating system, and the pool of the database is Micronaut's to open again.
 */
@Singleton
final class Rehearsal implements OrderedResource {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** What is interpreted once is not compiled yet. */
    private static final int ROUNDS = 6;

    /** By turns: whoever is asked for a file or a repository refuses at his own door without the second, and the others do not mind it. */
    private static final List<String> QUERIES = List.of("", "path=/");

    private final BeanProvider<GatewayHandler> handler;
    private final BeanProvider<EventJson> json;
    private final BeanProvider<Router> router;
    private final BeanProvider<RehearsalToken> token;

    Rehearsal(
            BeanProvider<GatewayHandler> handler,
            BeanProvider<EventJson> json,
            BeanProvider<Router> router,
            BeanProvider<RehearsalToken> token) {
        this.handler = handler;
        this.json = json;
        this.router = router;
        this.token = token;
    }

    /** The last to be registered is the first to be asked: what others close for the snapshot is open now. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
        var credential = token.get().issue();
        if (credential.isEmpty()) {
            LOG.info("No rehearsal without ELEVO_JWT_SECRET");
            return;
        }
        var begun = System.nanoTime();
        var paths = paths();
        int walked = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (var path : paths) {
                if (System.nanoTime() - begun > LONGEST.toNanos()) {
                    LOG.warn("The rehearsal of {} paths was cut short after {} requests", paths.size(), walked);
                    return;
                }
                walk(path, QUERIES.get(round % QUERIES.size()), credential.get());
                walked++;
            }
        }
        LOG.info(
                "Rehearsed {} paths by {} requests in {} ms",
                paths.size(),
                walked,
                (System.nanoTime() - begun) / 1_000_000);
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    private List<String> paths() {
        return router.get()
                .uriRoutes()
                .filter(route -> route.getHttpMethod() == HttpMethod.GET)
                .map(Rehearsal::path)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static String path(UriRouteInfo<?, ?> route) {
        return route.getUriMatchTemplate().toPathString().replaceAll("\\{[^}]*}", "none");
    }

    private void walk(String path, String query, String credential) throws IOException {
        var event = """
                {"version": "2.0", "rawPath": "%1$s", "rawQueryString": "%3$s",
                 "headers": {"authorization": "Bearer %2$s", "host": "localhost"}, "isBase64Encoded": false,
                 "requestContext": {"requestId": "rehearsal", "stage": "$default",
                   "http": {"method": "GET", "path": "%1$s", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}}}
                """.formatted(path, credential, query);
        if (json.get().read(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)))
                instanceof EventJson.Event.Http(var request)) {
            json.get().write(handler.get().answer(request), OutputStream.nullOutputStream());
        }
    }
}
