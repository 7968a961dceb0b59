package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.driver.FileTrees;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.process.Processes;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The agent as it is started, in this JVM and on a home of its own, with the walls that this host offers. */
final class RealAgent implements AutoCloseable {
    static final NetworkConfig OFFLINE = new NetworkConfig(false, null, null, null, null, false, null, null);

    private final Path home;
    private final KeyPair keys;
    private final Map<String, Object> options;
    private ApplicationContext context;

    RealAgent(Path home) throws GeneralSecurityException {
        this(home, Map.of());
    }

    /** @param network of all its sandboxes, as its operator has chosen */
    RealAgent(Path home, String network) throws GeneralSecurityException {
        this(home, Map.of("elevo.network", network));
    }

    /** @param options that its operator has chosen */
    RealAgent(Path home, Map<String, Object> options) throws GeneralSecurityException {
        assume(
                "root".equals(System.getProperty("user.name")),
                "walls are made by root, on the host or in a user namespace");
        this.home = home;
        this.options = options;
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        context = open();
    }

    private ApplicationContext open() {
        var opened = ApplicationContext.builder()
                .deduceEnvironment(false)
                .properties(Map.of(
                        "elevo.home",
                        home.toString(),
                        "elevo.agent.public.key",
                        Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
                        "elevo.ready.sandboxes",
                        1))
                .properties(options)
                .start();
        opened.getBean(ReadySandboxes.class).stockUp(); // there is no server whose start would tell it
        return opened;
    }

    /** As SIGTERM and a new start do it: nobody stops the sandboxes. */
    void restart() {
        restart(() -> {});
    }

    void restart(Runnable whileItIsDown) {
        context.close();
        whileItIsDown.run();
        context = open();
    }

    void requireWalls() {
        assertThat(context.getBean(IsolationDriver.class).isolation()).isEqualTo(Isolation.CONTAINER);
    }

    /** Without root some limits do not hold; a test of one has nothing to test then. */
    void requireEnforced(String limit) {
        assume(
                context.getBean(IsolationDriver.class).enforced().getOrDefault(limit, false),
                limit + " is not enforced without root");
    }

    boolean isRoot() {
        return context.getBean(IsolationDriver.class).runtime().endsWith(", root");
    }

    /** Users of its own for every sandbox are for root to give. */
    void requireRoot() {
        assume(isRoot(), "the agent is not root");
    }

    /** The addresses of the host are not for a test to change. */
    void requireOwnNetwork() {
        assume(
                context.getBean(IsolationDriver.class).runtime().endsWith(", rootless"),
                "only without root are the tests on a network of their own");
    }

    Sandboxes sandboxes() {
        return context.getBean(Sandboxes.class);
    }

    Processes processes() {
        return context.getBean(Processes.class);
    }

    Slot slot(String id) {
        var residents = context.getBean(Residents.class);
        return residents.slotOf(residents.get(id).orElseThrow());
    }

    /** The files of a sandbox that runs, with the owners they have on the host. */
    Path seenFromOutside(String id) {
        return Path.of("/proc", Long.toString(firstProcess(id).pid()), "root");
    }

    ProcessId firstProcess(String id) {
        return Objects.requireNonNull(
                context.getBean(Residents.class).get(id).orElseThrow().process());
    }

    Path home() {
        return home;
    }

    ApplicationContext context() {
        return context;
    }

    KeyPair keys() {
        return keys;
    }

    String create() {
        return create(spec(Resources.DEFAULT, NetworkConfig.DEFAULT));
    }

    String create(SandboxSpec spec) {
        sandboxes().create(spec);
        return spec.id();
    }

    static SandboxSpec spec(Resources resources, NetworkConfig network) {
        return spec(resources, network, null);
    }

    static SandboxSpec spec(Resources resources, NetworkConfig network, @Nullable Instant deadline) {
        return new SandboxSpec(
                Ids.SANDBOX.random(),
                "base",
                Map.of(),
                "/home/user",
                "user",
                "/bin/bash",
                resources,
                network,
                List.of(),
                null,
                deadline);
    }

    static SandboxSpec beginningWith(SnapshotSource snapshot, Resources resources) {
        var usual = spec(resources, OFFLINE);
        return new SandboxSpec(
                usual.id(),
                usual.template(),
                usual.env(),
                usual.workDir(),
                usual.user(),
                usual.shell(),
                usual.resources(),
                usual.network(),
                usual.requireEnforced(),
                null,
                null,
                null,
                null,
                snapshot);
    }

    RunResult run(String id, String command) {
        return run(id, "user", command);
    }

    /** @param user null is the sandbox's own */
    RunResult run(String id, @Nullable String user, String command) {
        var request =
                new RunRequest(command, null, null, null, null, null, user, null, 20_000, 25_000, null, null, null);
        return (RunResult) processes().run(id, request, null);
    }

    @Override
    public void close() {
        sandboxes().list().forEach(status -> sandboxes().delete(status.id()));
        context.close();
        try {
            // Before JUnit does it, which would name every link of the template.
            FileTrees.delete(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
