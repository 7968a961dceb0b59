package dev.elevo.bench;

import dev.elevo.platform.limits.BucketKey;
import dev.elevo.platform.limits.DynamoBucketStore;
import dev.elevo.platform.limits.DynamoRateLimiter;
import dev.elevo.platform.limits.RateLimiter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Decisions of the rate limiter against what one would write without it, on the same DynamoDB Local. */
final class Limiter implements Benchmark {
    private static final int KEYS = 1000;
    private static final int CALLERS = 8;

    /** Too small to be leased from, so that each decision is a call. */
    private static final int SMALL = 299;

    private static final int HUGE = 60_000_000;

    @Override
    public String name() {
        return "limiter";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch)) {
            return List.of(oneByOne(state), hotBucket(state), usableShare(state));
        }
    }

    private static Line oneByOne(StateServer state) throws Exception {
        var limiter = limiter(state);
        var peer = new PlainBuckets(state);
        var turn = new AtomicInteger();
        return new Contest(
                        "rate-limit decision, one call",
                        "get + conditional put",
                        "ms",
                        Target.atMost(0.6, 0.6),
                        Latency.of(() -> mustPass(limiter, "caller-" + turn.incrementAndGet() % KEYS, SMALL)),
                        Latency.of(() -> peer.getAndPut("peer-" + turn.incrementAndGet() % KEYS)))
                .run();
    }

    private static Line hotBucket(StateServer state) throws Exception {
        var limiter = limiter(state);
        var peer = new PlainBuckets(state);
        return new Contest(
                        "decisions on one hot bucket, 8 callers",
                        "one UpdateItem each",
                        "/s",
                        Target.atLeast(20, 100),
                        callers(() -> mustPass(limiter, "hot", HUGE)),
                        callers(() -> peer.update("hot-peer")))
                .run();
    }

    /** Four instances ask for far more than there is; not one more than the law allows may pass, and few may be wasted. */
    private static Line usableShare(StateServer state) throws Exception {
        var perMinute = 6000;
        var passed = new AtomicLong();
        var start = System.nanoTime();
        var end = start + Duration.ofSeconds(10).toNanos();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var instances = IntStream.range(0, CALLERS / 2)
                    .mapToObj(i -> limiter(state))
                    .toList();
            var work = IntStream.range(0, CALLERS)
                    .<Callable<Void>>mapToObj(i -> () -> {
                        var instance = instances.get(i % instances.size());
                        while (System.nanoTime() < end) {
                            if (instance.take(new BucketKey("bench", "shared"), perMinute)
                                    .allowed()) {
                                passed.incrementAndGet();
                            }
                        }
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        var allowance = perMinute * (1 + (System.nanoTime() - start) / 60e9);
        if (passed.get() > allowance) {
            throw new WrongReply(passed + " passed where " + allowance + " may");
        }
        var share = 100 * passed.get() / allowance;
        return new Line.Plain(
                "allowance used by 4 instances, none over it", "%", share, share, share, Target.atLeast(95, 98));
    }

    private static Measure callers(Runnable operation) {
        return new Throughput(Collections.nCopies(CALLERS, () -> {
            operation.run();
            return null;
        }));
    }

    private static RateLimiter limiter(StateServer state) {
        return new DynamoRateLimiter(new DynamoBucketStore(state.client(), state.configuration()), Clock.systemUTC());
    }

    private static void mustPass(RateLimiter limiter, String caller, int perMinute) {
        if (!limiter.take(new BucketKey("bench", caller), perMinute).allowed()) {
            throw new WrongReply("refused under the limit");
        }
    }
}
