package dev.elevo.functions.admin.gateway;

import dev.elevo.functions.admin.Database;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules as this instance knows them, at the most a few seconds old. Once a second one request looks whether they have
 * changed, which is one small item of the state table, and goes on by itself; the others do not wait for it unless it takes long.
 * While the stores are away, what was known last goes on being the rule.
 */
@Singleton
public final class RuleBook {
    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);
    private static final Rules NO_RULES = new Rules("", List.of(), List.of());
    private static final long WAIT_NANOS = Duration.ofSeconds(4).toNanos();

    private final RuleNote note;
    private final Function<String, Rules> store;
    private final long lookNanos;
    private final LongSupplier ticker;
    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Page page;
    private @Nullable Failed failed;

    /** What was found, and how many changes this instance had made before it looked. */
    private record Page(Rules rules, RuleNote.Seen seen, long lookedAt, long changes) {}

    /** A look when nothing was known: who waited for it hears the same, and does not wait for another. */
    private record Failed(RuntimeException why, long at) {}

    @Inject
    RuleBook(
            RuleNote note,
            RuleStore store,
            Database database,
            @Value("${elevo.gateway.look.ms:1000}") long lookMillis) {
        this(note, deployment -> database.read(() -> store.load(deployment)), lookMillis, System::nanoTime);
    }

    /** @param store gives the rules of the deployment of that name */
    RuleBook(RuleNote note, Function<String, Rules> store, long lookMillis, LongSupplier ticker) {
        this.note = note;
        this.store = store;
        this.lookNanos = Duration.ofMillis(lookMillis).toNanos();
        this.ticker = ticker;
    }

    public Rules current() {
        var known = page;
        var now = ticker.getAsLong();
        if (known == null || known.changes() != changes.get() || now - known.lookedAt() >= WAIT_NANOS) {
            return waited();
        }
        return now - known.lookedAt() < lookNanos ? known.rules() : unwaited(known);
    }

    /** Whoever changed something here sees it in the next request here. */
    void outdate() {
        changes.incrementAndGet();
    }

    private Rules unwaited(Page known) {
        if (!turn.tryLock()) {
            return known.rules();
        }
        try {
            return look();
        } finally {
            turn.unlock();
        }
    }

    private Rules waited() {
        var asked = ticker.getAsLong();
        turn.lock();
        try {
            var known = page;
            if (known != null && known.changes() == changes.get() && known.lookedAt() - asked >= 0) {
                return known.rules();
            }
            if (known == null && failed != null && failed.at() - asked > 0) {
                throw failed.why();
            }
            return look();
        } finally {
            turn.unlock();
        }
    }

    private Rules look() {
        var known = page;
        var now = ticker.getAsLong();
        var changesBefore = changes.get();
        try {
            // Before the rules are read: what changes meanwhile is found at the next look.
            var seen = note.look();
            var rules = known != null && known.changes() == changesBefore && seen.isAsBefore(known.seen())
                    ? known.rules()
                    // Nobody has ever made a rule: the database need not be woken to hear it.
                    : seen.revision() == 0 ? NO_RULES : store.apply(seen.deployment());
            page = new Page(rules, seen, now, changesBefore);
            return rules;
        } catch (RuntimeException e) {
            if (known == null) {
                failed = new Failed(e, ticker.getAsLong());
                throw e;
            }
            LOG.warn("The gateway's rules cannot be read; the old ones stay in force", e);
            // As of now: it takes seconds to hear that a store is away, and each who waits for that would ask anew, one
            // behind the other.
            page = new Page(known.rules(), RuleNote.Seen.NEVER, ticker.getAsLong(), changesBefore);
            return known.rules();
        }
    }
}
