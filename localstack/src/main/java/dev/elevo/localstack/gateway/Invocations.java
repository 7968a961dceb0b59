package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Area;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls functions and answers for those that fail or take too long, as API Gateway does. */
final class Invocations {
    private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);

    private final RouteTable routes;
    private final Map<Area, EventHandler> handlers;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("integration-time").daemon().factory());

    /** One party of its own, so that it never ends while nothing is under way. */
    private final Phaser underWay = new Phaser(1);

    Invocations(RouteTable routes, Map<Area, EventHandler> handlers) {
        this.routes = routes;
        this.handlers = handlers;
    }

    /** Takes over the request; the answer comes exactly once, on any thread. */
    void answer(FullHttpRequest request, InetSocketAddress client, Consumer<FullHttpResponse> answer) {
        underWay.register();
        threads.execute(() -> {
            try {
                invoke(event(request, client), answer);
            } catch (ApiException e) {
                answer.accept(Refusal.of(e.failure()));
            } finally {
                underWay.arriveAndDeregister();
            }
        });
    }

    void awaitNone(long time, TimeUnit unit) {
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arrive(), time, unit);
        } catch (TimeoutException e) {
            LOG.warn("{} requests are not answered", underWay.getUnarrivedParties());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }

    private static APIGatewayV2HTTPEvent event(FullHttpRequest request, InetSocketAddress client) {
        try {
            var event = Events.of(request, client);
            var payload = event.getBody() == null ? 0 : event.getBody().length();
            if (payload > Limits.PAYLOAD_BYTES) {
                throw new Failure.Refused(
                                ErrorCode.FILE_TOO_LARGE,
                                "The request body is too large for a function",
                                Map.of("size", payload, "limit", Limits.PAYLOAD_BYTES))
                        .asException();
            }
            return event;
        } finally {
            request.release();
        }
    }

    private void invoke(APIGatewayV2HTTPEvent event, Consumer<FullHttpResponse> answer) {
        var answered = new AtomicBoolean();
        var timeout = timer.schedule(
                () -> {
                    if (answered.compareAndSet(false, true)) {
                        answer.accept(Refusal.of(
                                new Failure.Unavailable("The function did not answer in time", Duration.ofSeconds(1))));
                    }
                },
                Limits.INTEGRATION_TIME.toMillis(),
                TimeUnit.MILLISECONDS);
        var response = call(event);
        timeout.cancel(false);
        if (answered.compareAndSet(false, true)) {
            answer.accept(response);
        }
    }

    private FullHttpResponse call(APIGatewayV2HTTPEvent event) {
        try {
            return checked(handler(event).handle(event));
        } catch (Exception e) {
            LOG.error(
                    "function failed for {} {}",
                    event.getRequestContext().getHttp().getMethod(),
                    event.getRawPath(),
                    e);
            return Refusal.of(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"));
        }
    }

    private EventHandler handler(APIGatewayV2HTTPEvent event) {
        var area = routes.find(event.getRawPath());
        var handler = handlers.get(area);
        if (handler == null) {
            throw new IllegalStateException("no function for " + area);
        }
        return handler;
    }

    private static FullHttpResponse checked(APIGatewayV2HTTPResponse answer) {
        if (answer.getBody() != null && answer.getBody().length() > Limits.PAYLOAD_BYTES) {
            throw new IllegalStateException(
                    "an answer of " + answer.getBody().length() + " bytes is more than Lambda takes");
        }
        return Answers.of(answer);
    }
}
