package dev.elevo.platform.engine;

import dev.elevo.platform.microvm.ListedMicrovm;
import dev.elevo.platform.microvm.Microvm;
import dev.elevo.platform.microvm.MicrovmState;
import dev.elevo.platform.microvm.Microvms;
import dev.elevo.platform.microvm.ProxyToken;
import dev.elevo.platform.microvm.RunMicrovm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A service that starts as many MicroVMs as it is asked for, all of which are at one address, below their ids. */
final class InMemoryMicrovms implements Microvms {
    private record One(String id, String imageArn, Instant startedAt, MicrovmState state) {
        One become(MicrovmState other) {
            return new One(id, imageArn, startedAt, other);
        }
    }

    private final Map<String, One> all = new ConcurrentHashMap<>();
    private final String endpoint;
    private final InstantSource clock;

    InMemoryMicrovms(String endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /** By itself, as when its host fails. */
    void end(String id) {
        become(id, MicrovmState.TERMINATED);
    }

    MicrovmState state(String id) {
        return get(id).state();
    }

    int started() {
        return all.size();
    }

    Map<String, ListedMicrovm> listed() {
        return all.values().stream()
                .map(one -> new ListedMicrovm(one.id(), one.state(), one.startedAt()))
                .collect(Collectors.toMap(ListedMicrovm::id, one -> one));
    }

    private void become(String id, MicrovmState state) {
        all.computeIfPresent(id, (same, one) -> one.become(state));
    }

    @Override
    public Microvm run(RunMicrovm wanted) {
        var one = all.computeIfAbsent(
                "microvm-" + wanted.clientToken(),
                id -> new One(id, wanted.imageIdentifier(), clock.instant(), MicrovmState.RUNNING));
        return get(one.id());
    }

    @Override
    public Microvm get(String microvmId) {
        var one = all.get(microvmId);
        if (one == null) {
            throw new IllegalArgumentException("there is no " + microvmId);
        }
        return new Microvm(
                microvmId, one.state(), endpoint + "/" + microvmId, one.imageArn(), "1", one.startedAt(), null);
    }

    @Override
    public List<ListedMicrovm> list(String imageArn) {
        return List.copyOf(listed().values());
    }

    @Override
    public void suspend(String microvmId) {
        become(microvmId, MicrovmState.SUSPENDED);
    }

    @Override
    public void resume(String microvmId) {
        all.computeIfPresent(microvmId, (same, one) -> one.state().hasEnded() ? one : one.become(MicrovmState.RUNNING));
    }

    @Override
    public void terminate(String microvmId) {
        become(microvmId, MicrovmState.TERMINATED);
    }

    @Override
    public ProxyToken token(String microvmId, int port, Duration life) {
        return new ProxyToken(Map.of());
    }
}
