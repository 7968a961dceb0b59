package dev.elevo.localstack;

import dev.elevo.localstack.RunningStack.Answer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;

/** Actions on the lives of some sandboxes, drawn by lot, and what was acknowledged of them. */
final class MixedLoad implements Runnable {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final int INTERNAL_ERROR = 9001;

    private enum Verb {
        WRITE,
        START,
        STOP,
        PAUSE,
        RESUME,
        RESTART,
        CHANGE_TIMEOUT,
        CHANGE_NETWORK,
        DELETE,
        FORCE_DELETE
    }

    /** As often as each is drawn. */
    private static final List<Verb> VERBS = List.of(
            Verb.WRITE,
            Verb.WRITE,
            Verb.WRITE,
            Verb.WRITE,
            Verb.WRITE,
            Verb.WRITE,
            Verb.START,
            Verb.START,
            Verb.START,
            Verb.START,
            Verb.STOP,
            Verb.STOP,
            Verb.PAUSE,
            Verb.PAUSE,
            Verb.RESUME,
            Verb.RESUME,
            Verb.RESUME,
            Verb.RESTART,
            Verb.CHANGE_TIMEOUT,
            Verb.CHANGE_TIMEOUT,
            Verb.CHANGE_NETWORK,
            Verb.CHANGE_NETWORK,
            Verb.DELETE,
            Verb.FORCE_DELETE);

    private final RunningStack stack;
    private final ReentrantLock down;
    private final long seed;
    private final int actions;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicReferenceArray<String> places;

    private final Map<String, Set<Integer>> written = new ConcurrentHashMap<>();
    /** How many that were not refused: done, under way, or cut off. */
    private final Map<String, Integer> deletionsAsked = new ConcurrentHashMap<>();

    private final Set<String> timeoutSet = ConcurrentHashMap.newKeySet();
    private final Set<String> deletionsAcknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    /** @param down held while the stack is not there */
    MixedLoad(RunningStack stack, ReentrantLock down, long seed, int actions, int sandboxes) {
        this.stack = stack;
        this.down = down;
        this.seed = seed;
        this.actions = actions;
        this.places = new AtomicReferenceArray<>(sandboxes);
    }

    int begun() {
        return begun.get();
    }

    /** Created for certain, and nobody asked for its end. */
    Set<String> mustBeThere() {
        var ids = ConcurrentHashMap.<String>newKeySet();
        ids.addAll(written.keySet());
        deletionsAsked.forEach((id, times) -> {
            if (times > 0) {
                ids.remove(id);
            }
        });
        return ids;
    }

    Set<String> mustBeGone() {
        return deletionsAcknowledged;
    }

    /** They cannot have the time that all begin with any more. */
    Set<String> timeoutSet() {
        return timeoutSet;
    }

    /** The files that a sandbox has for certain. */
    Set<Integer> filesOf(String id) {
        return written.getOrDefault(id, Set.of());
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** How often each verb was answered with each code. */
    Map<String, Integer> answers() {
        return answers;
    }

    @Override
    public void run() {
        for (var number = begun.getAndIncrement(); number < actions; number = begun.getAndIncrement()) {
            try {
                act(number, new Random(seed + number));
            } catch (UncheckedIOException cutOff) {
                // What was not acknowledged may have been done or not; both are right. The next one waits for the
                // stack.
                down.lock();
                try {
                    answers.merge("cut off", 1, Integer::sum);
                } finally {
                    down.unlock();
                }
            }
        }
    }

    private void act(int number, Random random) {
        var place = random.nextInt(places.length());
        var id = places.get(place);
        if (id == null) {
            create(place);
            return;
        }
        var verb = VERBS.get(random.nextInt(VERBS.size()));
        var path = SANDBOXES + "/" + id;
        var answer = switch (verb) {
            case WRITE ->
                stack.post(path + "/process/run", "{\"command\":\"echo %1$d > file-%1$d\"}".formatted(number));
            case START -> stack.post(path + "/start", "{}");
            case STOP -> stack.post(path + "/stop", "{\"force\":true}");
            case PAUSE -> stack.post(path + "/pause", "");
            case RESUME -> stack.post(path + "/resume", "{}");
            case RESTART -> stack.post(path + "/restart", "{\"force\":true}");
            case CHANGE_TIMEOUT ->
                stack.call("PATCH", path + "/timeout", "{\"timeoutMs\":" + (3_600_000 + number) + "}");
            case CHANGE_NETWORK ->
                stack.call("PATCH", path, "{\"network\":{\"allowInternet\":" + random.nextBoolean() + "}}");
            case DELETE, FORCE_DELETE -> delete(id, path, verb == Verb.FORCE_DELETE);
        };
        note(verb.name(), answer);
        if (verb == Verb.WRITE
                && answer.status() == 200
                && answer.field("exitCode").equals("0")) {
            filesOf(id).add(number);
        }
        if (verb == Verb.CHANGE_TIMEOUT && answer.status() == 200) {
            timeoutSet.add(id);
        }
        if (deletionsAcknowledged.contains(id)) {
            places.compareAndSet(place, id, null);
        }
    }

    private void create(int place) {
        var answer = stack.post(SANDBOXES, "{\"resources\":{\"memoryMB\":256}}");
        note("CREATE", answer);
        if (answer.status() == 201) {
            var id = answer.field("id");
            written.put(id, ConcurrentHashMap.newKeySet());
            places.compareAndSet(place, null, id);
        }
    }

    private Answer delete(String id, String path, boolean force) {
        deletionsAsked.merge(id, 1, Integer::sum);
        var answer = stack.delete(path + (force ? "?force=true" : ""));
        if (answer.status() == 204) {
            deletionsAcknowledged.add(id);
        } else if (answer.code() == 2008) {
            deletionsAsked.merge(id, -1, Integer::sum); // refused, so this one did nothing
        }
        return answer;
    }

    private void note(String verb, Answer answer) {
        answers.merge(verb + " " + answer.code(), 1, Integer::sum);
        if (answer.code() == INTERNAL_ERROR) {
            faults.add(verb + ": " + answer.text());
        }
    }
}
