package dev.elevo.agent.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RefusedCalls;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was refused until the control plane has it in its trail. Of those that are alike it keeps one entry, and of entries no
 * more than there is room for: who knocks often, and with many names, is counted and takes no memory.
 */
@Singleton
final class RefusalBook {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalBook.class);
    private static final int MOST = 256;
    private static final String MANY = "many";

    private record Kind(String sandboxId, String operation, ErrorCode code) {}

    /** Still counted on. */
    private final Map<Kind, RefusedCalls> open = new LinkedHashMap<>();

    /** Shown to the control plane; what is alike begins anew. */
    private final Map<String, RefusedCalls> shown = new LinkedHashMap<>();

    /** @param operation what was wanted, in a word */
    void note(String sandboxId, String operation, ErrorCode code) {
        var isNew = add(new Kind(named(sandboxId), operation, code), Instant.now());
        if (isNew) {
            LOG.warn("refused {} of {}: {}", operation, named(sandboxId), code);
        }
    }

    void note(String sandboxId, Operation operation, ErrorCode code) {
        note(sandboxId, operation.name().toLowerCase(Locale.ROOT), code);
    }

    private synchronized boolean add(Kind wanted, Instant now) {
        var kind = open.containsKey(wanted) || open.size() + shown.size() < MOST
                ? wanted
                : new Kind(MANY, MANY, ErrorCode.INVALID_TOKEN);
        var before = open.get(kind);
        open.put(
                kind,
                new RefusedCalls(
                        before == null ? UUID.randomUUID().toString() : before.id(),
                        kind.sandboxId(),
                        kind.operation(),
                        kind.code().number(),
                        before == null ? now : before.first(),
                        now,
                        before == null ? 1 : before.count() + 1));
        return before == null;
    }

    synchronized List<RefusedCalls> show() {
        open.values().forEach(calls -> shown.put(calls.id(), calls));
        open.clear();
        return new ArrayList<>(shown.values());
    }

    synchronized void forget(Collection<String> ids) {
        ids.forEach(shown::remove);
    }

    /** What a stranger says is nothing for a log. */
    private static String named(String sandboxId) {
        return sandboxId.equals(Capability.HOST) || Ids.SANDBOX.matches(sandboxId) ? sandboxId : "none";
    }
}
