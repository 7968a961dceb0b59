package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.ForkSandbox;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Background;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.sandbox.Wall;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes sandboxes of another as it is now. Their records are there first, and marked: a sweeper that finds one takes it away, for
 * what it should begin with is gone.
 */
@Singleton
class ForkService {
    private final SandboxService sandboxes;
    private final Lifecycle lifecycle;
    private final Synchronizer synchronizer;
    private final Engine engine;
    private final Deployment deployment;
    private final InstantSource clock;

    ForkService(
            SandboxService sandboxes,
            Lifecycle lifecycle,
            Synchronizer synchronizer,
            Engine engine,
            Deployment deployment,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.lifecycle = lifecycle;
        this.synchronizer = synchronizer;
        this.engine = engine;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** @param key a repeated try leads to the same ids, and finds what the first one has left */
    List<Sandbox> fork(Principal caller, String idOrName, ForkSandbox wanted, @Nullable IdempotencyKey key) {
        var source = sandboxes.get(caller, idOrName);
        Lifecycle.admit(source, Action.FORK);
        refuseVolumes(source);
        var settings = source.settings()
                .forked(wanted.labels(), wanted.metadata(), wanted.timeoutMs(), Names.of(caller), caller.userId());
        SandboxRules.checkRoom(settings);
        var ids = ids(wanted.number(), key);
        var forks = register(source, settings, wanted, ids);
        if (forks.stream().allMatch(fork -> fork.state() == SandboxState.RUNNING)) {
            return forks; // an earlier try came through, and its answer did not
        }
        return Background.start("fork " + source.id(), () -> bringUp(source, forks))
                .await(deployment.maxWait())
                .orElseThrow(() -> SandboxFailures.lateForks(source, forks).asException());
    }

    /** A volume has one writer, and that is the source. */
    private static void refuseVolumes(Sandbox source) {
        for (var volume : source.settings().volumes()) {
            if (!Boolean.TRUE.equals(volume.readOnly())) {
                throw new Failure.Refused(
                                ErrorCode.VOLUME_IN_USE,
                                "Sandbox " + source.id() + " writes to a volume, which its forks could not",
                                Map.of("sandboxId", source.id(), "volumeId", volume.volumeId()))
                        .asException();
            }
        }
    }

    private static List<String> ids(int number, @Nullable IdempotencyKey key) {
        return IntStream.rangeClosed(1, number)
                .mapToObj(i -> key == null ? Ids.SANDBOX.random() : Ids.SANDBOX.derivedFrom(seed(key, i)))
                .toList();
    }

    private static byte[] seed(IdempotencyKey key, int number) {
        return (key.hash() + "\n" + number).getBytes(StandardCharsets.UTF_8);
    }

    private List<Sandbox> register(Sandbox source, Settings settings, ForkSandbox wanted, List<String> ids) {
        var why = new Ending(EndReason.REQUESTED, settings.createdBy());
        var mark = new Pending(Action.FORK, why, clock.instant());
        var made = new ArrayList<Sandbox>();
        try {
            for (int i = 0; i < ids.size(); i++) {
                made.add(sandboxes.register(
                        ids.get(i), source.organizationId(), name(wanted, i + 1), settings, source.wall(), mark));
            }
            return made;
        } catch (RuntimeException e) {
            throw undone(made, e);
        }
    }

    private static @Nullable String name(ForkSandbox wanted, int number) {
        return wanted.namePrefix() == null ? wanted.name() : wanted.namePrefix() + "-" + number;
    }

    private List<Sandbox> bringUp(Sandbox source, List<Sandbox> forks) {
        try {
            var deadline = Synchronizer.deadline(forks.getFirst().settings().expiryFrom(clock.instant()));
            var specs = forks.stream()
                    .map(fork -> Provisioner.spec(fork, deadline, null))
                    .toList();
            var statuses = engine.sandboxes().fork(source.id(), specs).stream()
                    .collect(Collectors.toMap(SandboxStatus::id, Function.identity()));
            return forks.stream()
                    .map(fork -> complete(fork, statuses.get(fork.id())))
                    .toList();
        } catch (RuntimeException e) {
            throw undone(forks, e);
        }
    }

    private Sandbox complete(Sandbox fork, @Nullable SandboxStatus status) {
        if (status == null || status.state() != SandboxState.RUNNING) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_CREATION_FAILED,
                            "The sandbox ended at its start",
                            Map.of("sandboxId", fork.id()))
                    .asException();
        }
        var wall = new Wall(status.isolation(), status.enforced());
        var made = lifecycle
                .complete(fork, (seen, now) -> seen.running(wall, now))
                .filter(now -> !now.isBeingDeleted())
                .orElseThrow(() -> SandboxFailures.notFound(fork.id()).asException());
        synchronizer.agree(made, status);
        return made;
    }

    /** What is not undone now keeps its mark, and the sweeper undoes it. */
    private <E extends RuntimeException> E undone(List<Sandbox> forks, E cause) {
        for (var fork : forks) {
            try {
                lifecycle.delete(fork, true, fork.settings().createdBy());
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
        return cause;
    }
}
