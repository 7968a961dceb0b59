package dev.elevo.conformance.dsl;

import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What one case has: callers, sandboxes, names of its own; and the duty to leave nothing. */
public final class World implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final int BETWEEN_LOOKS_MILLIS = 50;

    private final Lab lab;
    private final String area;
    private final Trace trace;
    private final Deque<Runnable> left = new ConcurrentLinkedDeque<>();

    World(Lab lab, String area) {
        this.lab = lab;
        this.area = area;
        this.trace = new Trace(lab.description());
    }

    public Trace trace() {
        return trace;
    }

    public Description description() {
        return lab.description();
    }

    /** Of the organization of this run; may everything in it. */
    public Caller api() {
        return as(lab.ownKey());
    }

    /** Who the run was given the key of; the deployment's own where it is that of an operator. */
    public Caller root() {
        return as(lab.target().key());
    }

    public Caller as(String key) {
        return new Caller(lab.target(), trace, lab.wire()::usual, "/api/v1", Map.of("X-API-Key", key), true);
    }

    /** Who has no credential, or brings a bad one. */
    public Caller stranger() {
        return new Caller(lab.target(), trace, lab.wire()::strange, "/api/v1", Map.of(), true);
    }

    /** Who has no credential, comes from where nobody else comes from, and wants to see 9003. */
    public Caller newcomer() {
        var from = lab.wire().elsewhere();
        return new Caller(lab.target(), trace, () -> from, "/api/v1", Map.of(), false);
    }

    /** Somebody with a key that is good for this, until the case is over. */
    public Caller keyed(String... scopes) {
        return as(key(api(), scopes).field("key"));
    }

    /** A new key of the caller's, until the case is over. */
    public Answer key(Caller caller, String... scopes) {
        var made = caller.post("/users/me/api-keys", "name", name("key"), "permissions", scopes)
                .is(201);
        later(() -> caller.delete("/users/me/api-keys/" + made.field("id")));
        return made;
    }

    public Lab lab() {
        return lab;
    }

    /** One that the cases of this area share; none may change its state. */
    public Box box() {
        return boxed(lab.shared(area));
    }

    /** One that is stopped, and that all share. */
    public Box stopped() {
        return boxed(lab.stopped());
    }

    /** One of the case's own. Some take longer to be ready than a request may wait. */
    public Box own(Object... fields) {
        var box = kept(api().post("/sandboxes", fields).is(201).field("id"));
        if (!List.of(fields).contains("waitForReady")) {
            eventually("its start", () -> !box.get("").field("state").equals("creating"));
        }
        return box;
    }

    /** One that was made by the case, and goes with it. */
    public Box kept(String id) {
        later(() -> api().delete("/sandboxes/" + id + "?force=true"));
        return boxed(id);
    }

    public Box boxed(String id) {
        return new Box(id, api().in("/sandboxes/" + id));
    }

    /** Done when the case is over, the last first. */
    public void later(Runnable undoing) {
        left.push(undoing);
    }

    /** A name that nothing has. */
    public String name(String kind) {
        return "conf-" + kind + "-" + lab.number();
    }

    /** A path in a sandbox at which there is nothing. */
    public String path() {
        return "/tmp/c" + lab.number();
    }

    public void eventually(String what, BooleanSupplier condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new Mismatch(what + " does not come true within " + PATIENCE_SECONDS + " s");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        while (!left.isEmpty()) {
            left.pop().run();
        }
    }
}
