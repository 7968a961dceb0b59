package dev.elevo.agent.files;

import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Role;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of files of all sandboxes. To start one takes a millisecond, so a few are kept for the next call of the same user.
 * One that is paused would keep whoever waits for it, hence the look at all of them twice a second.
 */
@Singleton
final class FileServers {
    private static final Logger LOG = LoggerFactory.getLogger(FileServers.class);
    private static final long PERIOD_MILLIS = 500;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ProcessHosts hosts;
    private final Map<String, Crew> crews = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("file-servers").daemon().factory());

    FileServers(ProcessHosts hosts) {
        this.hosts = hosts;
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What a server is wanted for: one by one, with an answer soon, or to carry content for as long as it takes. */
    enum Purpose {
        QUESTION,
        TRANSFER
    }

    /** The sandbox, if it runs. */
    ProcessHost running(String sandboxId) {
        var host = hosts.find(sandboxId)
                .orElseThrow(() -> refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", sandboxId));
        if (!host.running()) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", sandboxId);
        }
        return host;
    }

    private static RuntimeException refused(ErrorCode code, String message, String sandboxId) {
        return new Failure.Refused(code, message, Map.of("sandboxId", sandboxId)).asException();
    }

    /** Waits for one that is free, and starts it when there is none. To be given back by closing the lease. */
    Crew.Lease lease(ProcessHost host, @Nullable String user, Purpose purpose) {
        var name = user == null ? host.spec().user() : user;
        var crew = crews.computeIfAbsent(host.spec().id(), id -> new Crew());
        try {
            return crew.lease(name, purpose, () -> start(host, name));
        } catch (HelperRefusal refusal) {
            throw FileFailures.of(refusal, name).causedBy(refusal);
        } catch (IOException e) {
            throw unanswered(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
        }
    }

    static RuntimeException unanswered(IOException e) {
        return new Failure.Unavailable("The sandbox does not answer", RETRY).causedBy(e);
    }

    private static FileServer start(ProcessHost host, String user) throws IOException {
        try (var helper = new Helper(host.helperSocket())) {
            return new FileServer(helper.serve(Role.FILES, user), user);
        }
    }

    /** A round that fails must not be the last. */
    private void look() {
        try {
            crews.forEach((id, crew) -> {
                if (hosts.find(id).map(ProcessHost::running).orElse(false)) {
                    crew.endIdle();
                } else {
                    crew.end();
                    crews.remove(id, crew);
                }
            });
        } catch (RuntimeException e) {
            LOG.error("looking after the servers of files failed", e);
        }
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
        crews.values().forEach(Crew::end);
    }
}
