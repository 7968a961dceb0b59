package dev.elevo.localstack.audit;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.audit.DynamoAuditTrail;
import dev.elevo.platform.audit.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * First into a file, which is quick and outlives the process, and from there into the table, many at a time. A run that was killed
 * leaves the file to the next one: what had begun and has no end is in the trail from then on as that.
 */
public final class JournaledAuditTrail implements AuditTrail, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournaledAuditTrail.class);

    /** For others to come along. */
    private static final Duration GATHERING = Duration.ofMillis(25);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Which a table may be behind. */
    private static final int MOST_WAITING = 20_000;

    private final DynamoAuditTrail table;
    private final Journal journal;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition come = lock.newCondition();
    private final Condition gone = lock.newCondition();
    /** By their ids; of those under way nothing is in the table. */
    private final Map<String, AuditEvent> underWay = new LinkedHashMap<>();

    private final Map<String, AuditEvent> waiting = new LinkedHashMap<>();
    private int settling;
    private boolean closed;

    private JournaledAuditTrail(DynamoAuditTrail table, Journal journal, List<AuditEvent> left) {
        this.table = table;
        this.journal = journal;
        left.forEach(event -> waiting.put(event.id(), event));
        this.writer = Thread.ofPlatform().name("audit-trail").daemon().unstarted(this::write);
    }

    /**
     * Takes events from now on.
     *
     * @param file of the run before, and of this one
     */
    public static JournaledAuditTrail open(DynamoAuditTrail table, Path file) throws IOException {
        var left = new LinkedHashMap<String, AuditEvent>();
        Journal.read(file).forEach(event -> left.put(event.id(), event));
        return new JournaledAuditTrail(table, Journal.begin(file, left.values()), List.copyOf(left.values()));
    }

    /** The table is there. */
    public void start() {
        writer.start();
    }

    @Override
    public void record(AuditEvent event) {
        lock.lock();
        try {
            // What has begun comes to its end: that makes room in the file, too.
            if (waiting.size() >= MOST_WAITING && !underWay.containsKey(event.id())) {
                throw unavailable().asException();
            }
            journal.append(event);
            if (event.outcome() == Outcome.PENDING) {
                underWay.put(event.id(), event);
            } else {
                underWay.remove(event.id());
                waiting.put(event.id(), event);
                come.signal();
            }
        } catch (IOException e) {
            throw unavailable().causedBy(e);
        } finally {
            lock.unlock();
        }
    }

    private static Failure unavailable() {
        return new Failure.Unavailable("The audit trail takes nothing more", RETRY);
    }

    @Override
    public void settle() {
        lock.lock();
        settling++;
        try {
            come.signal();
            var wanted = List.copyOf(waiting.keySet());
            for (var left = PATIENCE.toNanos(); wanted.stream().anyMatch(waiting::containsKey); ) {
                if (left <= 0) {
                    throw new Failure.Unavailable("The audit trail is behind", RETRY).asException();
                }
                left = gone.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable().causedBy(e);
        } finally {
            settling--;
            lock.unlock();
        }
    }

    private void write() {
        try {
            for (var next = gathered(); !next.isEmpty(); next = gathered()) {
                if (wrote(next)) {
                    forget(next);
                } else {
                    TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing at the end. */
    private List<AuditEvent> gathered() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                come.await();
            }
            var left = GATHERING.toNanos();
            while (left > 0 && waiting.size() < DynamoAuditTrail.MOST_TOGETHER && settling == 0 && !closed) {
                left = come.awaitNanos(left);
            }
            return waiting.values().stream()
                    .limit(DynamoAuditTrail.MOST_TOGETHER)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean wrote(List<AuditEvent> events) {
        try {
            table.record(events);
            return true;
        } catch (DynamoDbException e) {
            if (!isForGood(e)) {
                return waits(e);
            }
            if (events.size() == 1) {
                LOG.error("audit record not stored: {}", events.getFirst(), e);
                return true;
            }
            return events.stream().map(List::of).allMatch(this::wrote);
        } catch (SdkException | ApiException e) {
            return waits(e);
        }
    }

    private static boolean waits(RuntimeException why) {
        LOG.warn("the audit trail waits for its table", why);
        return false;
    }

    /** The table will not take it tomorrow either; of a batch that may be said of one alone. */
    private static boolean isForGood(DynamoDbException refused) {
        var details = refused.awsErrorDetails();
        return details != null && "ValidationException".equals(details.errorCode());
    }

    private void forget(List<AuditEvent> written) {
        lock.lock();
        try {
            written.forEach(event -> waiting.remove(event.id(), event));
            gone.signalAll();
            if (journal.isLong(underWay.size() + waiting.size())) {
                journal.keepOnly(needed());
            }
        } catch (IOException e) {
            // It goes on as it is, and grows.
            LOG.error("the journal of the audit trail cannot be shortened", e);
        } finally {
            lock.unlock();
        }
    }

    private List<AuditEvent> needed() {
        return Stream.concat(underWay.values().stream(), waiting.values().stream())
                .toList();
    }

    /** Writes what there is, if the table is there; otherwise the next run does. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try (journal) {
            closed = true;
            come.signal();
            for (var left = PATIENCE.toNanos(); left > 0 && writer.isAlive() && !waiting.isEmpty(); ) {
                left = gone.awaitNanos(left);
            }
            journal.keepOnly(needed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writer.interrupt();
            lock.unlock();
        }
    }
}
