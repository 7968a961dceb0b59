package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.functions.admin.Database;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Changes of the rules, told to all instances before and after: who reads them meanwhile reads them again. */
@Singleton
class RuleChanges {
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
        var isTold = new AtomicBoolean();
        try {
            return database.write(() -> {
                var decided = decide.get();
                isTold.set(true);
                note.change();
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

    /** That something has changed by {@link #write}. */
    void announce() {
        book.outdate();
        note.change();
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
