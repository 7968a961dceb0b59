package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.functions.admin.Database;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Changes of the rules, told to all instances before and after: who reads them meanwhile reads them again. */
@Singleton
class RuleChanges {
    private static final Logger LOG = LoggerFactory.getLogger(RuleChanges.class);

    private final Database database;
    private final RuleNote note;
    private final RuleBook book;

    RuleChanges(Database database, RuleNote note, RuleBook book) {
        this.database = database;
        this.note = note;
        this.book = book;
    }

    <T> T make(Supplier<T> change) {
        note.change();
        try {
            return database.write(change);
        } catch (RuntimeException e) {
            throw Database.isDuplicate(e) ? existing("one for the same") : e;
        } finally {
            announce();
        }
    }

    /** @param decide what there will be; of what it refuses nobody is told, since it is no change */
    <T> T make(Supplier<T> decide, Consumer<T> write) {
        return make(decide, decided -> true, write);
    }

    /** @param matters whether the other instances have to know of it */
    <T> T make(Supplier<T> decide, Predicate<T> matters, Consumer<T> write) {
        var isTold = new AtomicBoolean();
        try {
            return database.write(() -> {
                var decided = decide.get();
                if (matters.test(decided)) {
                    isTold.set(true);
                    note.change();
                }
                write.accept(decided);
                return decided;
            });
        } catch (RuntimeException e) {
            throw Database.isDuplicate(e) ? existing("one for the same") : e;
        } finally {
            if (isTold.get()) {
                announce();
            }
        }
    }

    /**
     * The change has been made or refused, and stays so whether this is heard or not: since the first note, who reads the rules
     * reads them again and again for longer than a change may take.
     */
    private void announce() {
        book.outdate();
        try {
            note.change();
        } catch (SdkException e) {
            LOG.warn("The second note of a change of the rules is not written", e);
        }
    }

    /** What is no matter of the other instances. */
    <T> T write(Supplier<T> change) {
        return database.write(change);
    }

    <T> T read(Supplier<T> question) {
        return database.read(question);
    }

    static RuntimeException existing(String what) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, "There is already " + what, Map.of(), 409).asException();
    }

    static RuntimeException missing(String what, String id) {
        return new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "There is no " + what + " " + id).asException();
    }

    static void checkRoom(long there, int most, String what) {
        if (there >= most) {
            throw Failure.Invalid.field(what, "are " + most + " already, which is the most there may be", null)
                    .asException();
        }
    }
}
