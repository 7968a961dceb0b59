package dev.elevo.platform.engine;

import dev.elevo.platform.microvm.ListedMicrovm;
import dev.elevo.platform.microvm.Microvm;
import dev.elevo.platform.microvm.MicrovmState;
import dev.elevo.platform.microvm.Microvms;
import dev.elevo.platform.microvm.ProxyToken;
import dev.elevo.platform.microvm.RunMicrovm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A service that has one MicroVM. */
final class FakeMicrovms implements Microvms {
    private final String endpoint;
    private volatile MicrovmState state = MicrovmState.RUNNING;

    FakeMicrovms(String endpoint) {
        this.endpoint = endpoint;
    }

    MicrovmState state() {
        return state;
    }

    void become(MicrovmState other) {
        state = other;
    }

    @Override
    public Microvm get(String microvmId) {
        return new Microvm(
                microvmId,
                state,
                endpoint,
                "arn",
                "1",
                Instant.EPOCH,
                state == MicrovmState.TERMINATED ? "Host failure" : null);
    }

    @Override
    public void suspend(String microvmId) {
        state = MicrovmState.SUSPENDED;
    }

    @Override
    public void resume(String microvmId) {
        state = MicrovmState.RUNNING;
    }

    @Override
    public void terminate(String microvmId) {
        state = MicrovmState.TERMINATED;
    }

    @Override
    public ProxyToken token(String microvmId, int port, Duration life) {
        return new ProxyToken(Map.of());
    }

    @Override
    public Microvm run(RunMicrovm wanted) {
        throw new UnsupportedOperationException("there is one already");
    }

    @Override
    public List<ListedMicrovm> list(String imageArn) {
        return List.of(new ListedMicrovm("microvm-1", state, Instant.EPOCH));
    }
}
