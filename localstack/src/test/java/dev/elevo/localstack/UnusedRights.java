package dev.elevo.localstack;

import static dev.elevo.contract.TableAction.BATCH_GET;
import static dev.elevo.contract.TableAction.BATCH_WRITE;
import static dev.elevo.contract.TableAction.DELETE;
import static dev.elevo.contract.TableAction.UPDATE;
import static java.util.function.Predicate.not;

import dev.elevo.contract.Area;
import dev.elevo.contract.TableAction;
import dev.elevo.localstack.launch.Right;
import dev.elevo.localstack.launch.Right.Table;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rights in the tables that an area has and never used, but for those that the contract alone does not always bring it to. */
final class UnusedRights {
    private record Excuse(String reason, Table table, TableAction action, Set<Area> areas) {
        Stream<Right> rights() {
            return areas.stream().map(area -> new Right(area, table, action));
        }
    }

    private static final String TOGETHER = "takes two who look for a sandbox at the same moment";

    private static final List<Excuse> EXCUSES = List.of(
            new Excuse(
                    "the local run has one trail for all areas, which writes for them",
                    Table.STATE,
                    BATCH_WRITE,
                    EnumSet.complementOf(EnumSet.of(Area.RUNS, Area.DOCS))),
            new Excuse(
                    TOGETHER,
                    Table.STATE,
                    BATCH_GET,
                    Set.of(Area.SANDBOXES, Area.PROCESS, Area.FILES, Area.GIT, Area.LSP, Area.SNAPSHOTS)),
            new Excuse(
                    TOGETHER,
                    Table.SANDBOXES,
                    BATCH_GET,
                    Set.of(Area.PROCESS, Area.FILES, Area.GIT, Area.LSP, Area.SNAPSHOTS)),
            new Excuse(
                    "takes a request with an idempotency key that broke, or was one too many",
                    Table.STATE,
                    DELETE,
                    Set.of(Area.GIT, Area.LSP)),
            new Excuse(
                    "takes a sandbox that nobody came into for a quarter of a minute",
                    Table.SANDBOXES,
                    UPDATE,
                    Set.of(Area.PROCESS, Area.FILES, Area.GIT, Area.LSP, Area.RUNS)));

    private UnusedRights() {}

    static List<Right> among(Stream<Right> rights, Set<Right> used) {
        var excused = excused();
        return rights.filter(not(used::contains)).filter(not(excused::contains)).toList();
    }

    static Set<Right> excused() {
        return EXCUSES.stream().flatMap(Excuse::rights).collect(Collectors.toSet());
    }
}
