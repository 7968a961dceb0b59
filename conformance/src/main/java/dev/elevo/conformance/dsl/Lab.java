package dev.elevo.conformance.dsl;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What all cases of a run share. With an operator's key they live in organizations of their own: one with wide limits, so
 * that the run does not wait, one with room for one thing of each kind, and one that may ask but five times a minute, so
 * that limits are met.
 */
public final class Lab implements AutoCloseable {
    private static final String OWN = "conformance";
    private static final String FULL = "conformance-full";
    private static final String OTHER = "conformance-other";
    private static final String NARROW = "conformance-narrow";
    private static final int WIDE = 1_000_000;

    private final Target target;
    private final Wire wire;
    private final Description description;
    private final String mark = Long.toString(System.currentTimeMillis(), 36);
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> shared = new ConcurrentHashMap<>();
    private final World world;
    private String ownKey;
    private String fullKey = "";
    private boolean hasOrganizations;

    public Lab(Target target) {
        this.target = target;
        this.ownKey = target.key();
        wire = new Wire(target);
        description =
                new Description(Caller.bare("GET", target.at("/openapi.yaml").toString(), "")
                        .is(200)
                        .text());
        world = new World(this, "");
        settle();
    }

    private void settle() {
        var made = world.root().post("/admin/organizations", "id", OWN);
        if (made.code() == 1005) {
            return;
        }
        hasOrganizations = true;
        var limits = Map.of("read", WIDE, "write", WIDE, "sandbox-create", WIDE, "exec", WIDE, "upload", WIDE);
        organization(OWN, "maxSandboxes", 1000, "maxVolumes", 1000, "maxSnapshots", 1000, "limits", limits);
        ownKey = userOf(OWN, "conformance");
        organization(FULL, "maxSandboxes", 1, "maxVolumes", 1, "maxSnapshots", 1, "limits", limits);
        fullKey = userOf(FULL, "conformance");
        var few = Map.of("read", 5, "write", 5, "sandbox-create", 5, "exec", 5, "upload", 5);
        organization(NARROW, "limits", few);
    }

    private void organization(String id, Object... quotas) {
        world.root().post("/admin/organizations", "id", id);
        world.root().post("/admin/organizations/" + id + "/enable").is(200);
        if (quotas.length > 0) {
            world.root().patch("/admin/organizations/" + id, quotas).is(200);
        }
    }

    private String userOf(String organization, String user) {
        var users = "/admin/organizations/" + organization + "/users";
        world.root().post(users, "id", user, "role", "admin");
        var made = world.root()
                .post(users + "/" + user + "/api-keys", "name", "conf-" + number())
                .is(201);
        var key = made.field("key");
        world.later(() -> world.as(key).delete("/users/me/api-keys/" + made.field("id")));
        return key;
    }

    /** A key of the organization of this run, until the run is over. */
    public String lastingKey(String name, Object value) {
        return made(world.api(), "/users/me/api-keys", "name", "conf-" + number(), name, value);
    }

    /** A key of a user who is disabled. */
    public String disabledKey() {
        requireOrganizations();
        var user = "disabled";
        var users = "/admin/organizations/" + OWN + "/users/" + user;
        world.root().post("/admin/organizations/" + OWN + "/users", "id", user, "role", "admin");
        world.root().post(users + "/enable").is(200);
        var key = userOf(OWN, user);
        world.root().post(users + "/disable").is(200);
        world.eventually("the disabling", () -> world.as(key).get("/users/me").code() == 1002);
        return key;
    }

    private String made(Caller caller, String path, Object... fields) {
        var made = caller.post(path, fields).is(201);
        world.later(() -> caller.delete("/users/me/api-keys/" + made.field("id")));
        return made.field("key");
    }

    /** Of an organization in which there is room for one sandbox, one snapshot and one volume. */
    public String fullKey() {
        requireOrganizations();
        return fullKey;
    }

    /** Of an organization that one case disables and enables. */
    public String otherKey() {
        requireOrganizations();
        organization(OTHER);
        return userOf(OTHER, "conformance");
    }

    /** A word that no other run has. */
    public String mark() {
        return mark;
    }

    /** A JWT of the deployment's own secret, where the suite was told it; else empty. */
    public String token() {
        return target.jwtSecret().isEmpty() ? "" : Tokens.of(target.jwtSecret(), "conf-" + number());
    }

    /** A new key of an organization that may ask five times a minute. */
    public String narrowKey() {
        requireOrganizations();
        return userOf(NARROW, "narrow");
    }

    /**
     * Goes no further without organizations of the run.
     *
     * @throws NotOffered where the key of the run is none of an operator
     */
    public void requireOrganizations() {
        if (!hasOrganizations) {
            throw new NotOffered("takes a key with system:admin of the deployment");
        }
    }

    Target target() {
        return target;
    }

    Wire wire() {
        return wire;
    }

    public Description description() {
        return description;
    }

    String ownKey() {
        return ownKey;
    }

    public World world(String area) {
        return new World(this, area);
    }

    String number() {
        return mark + Integer.toString(numbers.incrementAndGet(), 36);
    }

    String shared(String area) {
        return shared.computeIfAbsent(
                area, any -> world.own("autoStopMinutes", 0).id());
    }

    /** One of this name that cases share, made ready by whoever comes first. */
    public String lasting(String name, Consumer<Box> preparation, Object... fields) {
        return shared.computeIfAbsent(name, any -> {
            var box = world.own(fields);
            preparation.accept(box);
            return box.id();
        });
    }

    /** Done by whoever comes first; the others wait for it. */
    public void once(String name, Runnable action) {
        shared.computeIfAbsent("once " + name, any -> {
            action.run();
            return "";
        });
    }

    String stopped() {
        return shared.computeIfAbsent("stopped", any -> {
            var box = world.own();
            box.post("/stop", "force", true).is(200);
            return box.id();
        });
    }

    @Override
    public void close() {
        world.close();
        wire.close();
    }
}
