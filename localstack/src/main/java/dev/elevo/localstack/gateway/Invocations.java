package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Area;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.room.CallRoom;
import dev.elevo.contract.room.HeapRoom;
import dev.elevo.platform.streams.SocketEvent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
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
    private final Limits limits;

    /** All functions are in this process, where Lambda gives each call a heap of its own. Two rooms: nobody holds of one what another waits for. */
    private final HeapRoom bodies = new HeapRoom(Runtime.getRuntime().maxMemory() / 6, HeapRoom.Use.REQUESTS);

    private final HeapRoom answers = new HeapRoom(Runtime.getRuntime().maxMemory() / 4, HeapRoom.Use.ANSWERS);

    /** With a name: for one without, the log makes up another at each line. */
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("request").factory());

    /** Nearly all times are called off: a wheel forgets them for less than a queue, and wakes nobody for a new one. */
    private final Timer timer = new HashedWheelTimer(
            Thread.ofPlatform().name("integration-time").daemon().factory(), 100, TimeUnit.MILLISECONDS);

    /** One party of its own, so that it never ends while nothing is under way. */
    private final Phaser underWay = new Phaser(1);

    Invocations(RouteTable routes, Map<Area, EventHandler> handlers, Limits limits) {
        this.routes = routes;
        this.handlers = handlers;
        this.limits = limits;
    }

    /** Takes over the request; the answer comes exactly once, on any thread. */
    void answer(FullHttpRequest request, InetSocketAddress client, Consumer<FullHttpResponse> answer) {
        underWay.register();
        threads.execute(() -> {
            try {
                invoke(request, answer, () -> answer(request, client));
            } finally {
                underWay.arriveAndDeregister();
            }
        });
    }

    /** Asks the area's function whether somebody may connect; takes over the request, and answers as {@link #answer} does. */
    void connect(
            Upgrade upgrade, FullHttpRequest request, InetSocketAddress client, Consumer<FullHttpResponse> answer) {
        underWay.register();
        threads.execute(() -> {
            try {
                invoke(
                        request,
                        answer,
                        () -> checked(
                                handler(upgrade.area())
                                        .handle(SocketEvents.connect(upgrade, checkedHead(request), client)),
                                false));
            } finally {
                request.release();
                underWay.arriveAndDeregister();
            }
        });
    }

    /** Plays an event of a connection that is open; afterwards tells whether it went well. */
    void play(Area area, SocketEvent event, Consumer<Boolean> done) {
        underWay.register();
        threads.execute(() -> {
            var well = false;
            try (var share = answers.share()) {
                CallRoom.within(share, () -> handler(area).handle(event));
                well = true;
            } catch (Throwable e) {
                LOG.error("function failed for {} of {}", event.getClass().getSimpleName(), event.connectionId(), e);
            } finally {
                underWay.arriveAndDeregister();
                done.accept(well);
            }
        });
    }

    private FullHttpRequest checkedHead(FullHttpRequest request) {
        Head.check(request, limits.headBytes());
        return request;
    }

    /** Something is under way until what this gives is run. */
    Runnable hold() {
        underWay.register();
        return underWay::arriveAndDeregister;
    }

    void awaitNone(long time, TimeUnit unit) {
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arrive(), time, unit);
        } catch (TimeoutException e) {
            LOG.warn("{} requests are not answered", underWay.getUnarrivedParties());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.stop();
    }

    private void invoke(FullHttpRequest request, Consumer<FullHttpResponse> answer, Callable<FullHttpResponse> call) {
        var answered = new AtomicBoolean();
        var timeout = timer.newTimeout(
                late -> {
                    if (answered.compareAndSet(false, true)) {
                        answer.accept(late(request));
                    }
                },
                limits.integrationTime().toMillis(),
                TimeUnit.MILLISECONDS);
        var response = call(request, call);
        timeout.cancel();
        if (answered.compareAndSet(false, true)) {
            answer.accept(response);
        } else {
            response.release();
        }
    }

    /** An HTTP API answers 503 for a function that is late; a REST API's 504 is not in the contract either. */
    private static FullHttpResponse late(FullHttpRequest request) {
        return Refusal.of(
                new Failure.Unavailable("The function did not answer in time", Duration.ofSeconds(1)), request);
    }

    /** Whatever goes wrong, a client is waiting: nothing is let through, not even an error of the virtual machine. */
    private static FullHttpResponse call(FullHttpRequest request, Callable<FullHttpResponse> call) {
        try {
            return call.call();
        } catch (ApiException e) {
            return Refusal.of(e.failure(), request);
        } catch (Throwable e) {
            LOG.error("function failed for {} {}", request.method(), pathOf(request), e);
            return Refusal.of(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"), request);
        }
    }

    private FullHttpResponse answer(FullHttpRequest request, InetSocketAddress client) throws Exception {
        var share = answers.share();
        try (var body = bodies.share()) {
            var isHeadOnly = request.method().equals(HttpMethod.HEAD);
            var event = event(request, client, body);
            var answer = CallRoom.within(
                    share,
                    () -> checked(handler(routes.find(event.getRawPath())).handle(event), isHeadOnly));
            return share.isEmpty() ? answer : answer.replace(HeldBody.of(answer.content(), share));
        } catch (Throwable e) {
            share.close();
            throw e;
        }
    }

    private APIGatewayV2HTTPEvent event(FullHttpRequest request, InetSocketAddress client, HeapRoom.Share room) {
        try {
            Head.check(request, limits.headBytes());
            // What is larger is refused below.
            if (request.content().readableBytes() <= limits.payloadBytes()) {
                room.take(request.content().readableBytes());
            }
            var event = Events.of(request, client);
            if (!Payload.fits(event.getBody(), limits.payloadBytes())) {
                throw Payload.tooLarge(
                                event.getRawPath(),
                                request.content().readableBytes(),
                                !event.getIsBase64Encoded(),
                                limits.payloadBytes())
                        .asException();
            }
            return event;
        } finally {
            request.release();
        }
    }

    private EventHandler handler(Area area) {
        var handler = handlers.get(area);
        if (handler == null) {
            throw new IllegalStateException("no function for " + area);
        }
        return handler;
    }

    private FullHttpResponse checked(APIGatewayV2HTTPResponse answer, boolean isHeadOnly) {
        if (!Payload.fits(answer.getBody(), limits.payloadBytes())) {
            throw new IllegalStateException(
                    "an answer of " + answer.getBody().length() + " characters is more than Lambda takes");
        }
        return Answers.of(answer, isHeadOnly);
    }

    /** Without the query, which may hold a key. */
    private static String pathOf(FullHttpRequest request) {
        var question = request.uri().indexOf('?');
        return question < 0 ? request.uri() : request.uri().substring(0, question);
    }
}
