package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Case;
import dev.elevo.conformance.dsl.Lab;
import dev.elevo.conformance.dsl.NotOffered;
import dev.elevo.conformance.dsl.Trace;
import dev.elevo.conformance.dsl.World;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tries cases, several at a time. */
final class Runner {
    private final Lab lab;
    private final Semaphore places;

    Runner(Lab lab, int atATime) {
        this.lab = lab;
        places = new Semaphore(atATime, true);
    }

    /** In the order of the cases, whatever order they end in. */
    List<Result> run(List<Case> cases) throws InterruptedException {
        var results = new ArrayList<Result>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Result>>();
            for (var one : cases) {
                running.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return tried(one);
                    } finally {
                        places.release();
                    }
                }));
            }
            for (var one : running) {
                results.add(one.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return results;
    }

    private Result tried(Case one) {
        var begun = System.nanoTime();
        var world = lab.world(one.area());
        try {
            try (world) {
                one.check().run(world);
            }
            return mannered(one, world, Verdict.PASSED, "", begun);
        } catch (NotOffered e) {
            var reason = Objects.requireNonNullElse(e.getMessage(), "");
            return e.isDescribed(lab.description())
                    ? mannered(one, world, Verdict.NOT_OFFERED, reason, begun)
                    : result(
                            one,
                            world,
                            Verdict.FAILED,
                            "9007 is not described where it was answered: " + reason,
                            begun);
        } catch (Exception e) {
            // Whatever it is, it is this case that failed, and the others go on.
            return result(one, world, Verdict.FAILED, e.toString(), begun);
        }
    }

    /** Whatever a case comes to, it fails by an answer that is none of the description's. */
    private static Result mannered(Case one, World world, Verdict verdict, String why, long begun) {
        var breaches = world.trace().breaches();
        return breaches.isEmpty()
                ? result(one, world, verdict, why, begun)
                : result(one, world, Verdict.FAILED, String.join("\n", breaches), begun);
    }

    private static Result result(Case one, World world, Verdict verdict, String why, long begun) {
        var exchange = verdict == Verdict.FAILED
                ? world.trace().last().map(Answer::shown).orElse("")
                : "";
        var seen = verdict == Verdict.PASSED ? world.trace().seen() : List.<Trace.Seen>of();
        return new Result(one, verdict, why, exchange, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), seen);
    }
}
