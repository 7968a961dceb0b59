package dev.elevo.localstack.launch;

import dev.elevo.contract.Area;
import dev.elevo.contract.TableAction;
import dev.elevo.contract.TableRights;
import java.util.Set;
import java.util.stream.Stream;

/** An action of an area in one of the tables. */
public record Right(Area area, Table table, TableAction action) {

    public enum Table {
        STATE,
        SANDBOXES
    }

    /** What {@link TableRights} names. */
    public static Stream<Right> all() {
        return Stream.of(Area.values()).flatMap(area -> {
            var rights = TableRights.of(area);
            return Stream.concat(
                    of(area, Table.STATE, rights.actions()), of(area, Table.SANDBOXES, rights.actionsOnSandboxes()));
        });
    }

    private static Stream<Right> of(Area area, Table table, Set<TableAction> actions) {
        return actions.stream().map(action -> new Right(area, table, action));
    }

    /** A line of the file in which a run says what it used. */
    @Override
    public String toString() {
        return area + " " + table + " " + action;
    }

    /** Of such a line. */
    public static Right parse(String line) {
        var words = line.split(" ", -1);
        return new Right(Area.valueOf(words[0]), Table.valueOf(words[1]), TableAction.valueOf(words[2]));
    }
}
