package dev.elevo.contract;

import static dev.elevo.contract.TableAction.BATCH_GET;
import static dev.elevo.contract.TableAction.BATCH_WRITE;
import static dev.elevo.contract.TableAction.DELETE;
import static dev.elevo.contract.TableAction.GET;
import static dev.elevo.contract.TableAction.PUT;
import static dev.elevo.contract.TableAction.QUERY;
import static dev.elevo.contract.TableAction.UPDATE;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an area's function may do in the two tables, by patterns of partition keys ({@code *} stands for anything) and by actions.
 * The CDK application grants it and no more, and the tests of the local run hold each function to it, so that a store that reaches
 * for a partition of its own, or does what none did, is noticed before it is deployed; and so is a right that nobody uses.
 *
 * @param read partitions of the {@link StateTable} that are only looked at
 * @param written those that are changed, and looked at
 * @param actions what it does there
 * @param actionsOnSandboxes what it does in the {@link SandboxTable}
 */
public record TableRights(
        Set<String> read, Set<String> written, Set<TableAction> actions, Set<TableAction> actionsOnSandboxes) {

    private static final String[] CONNECTIONS = {"STREAM#*", "SOCKETS#*"};

    /** Where the engine of the cloud notes which machine a sandbox is in. */
    private static final String PLACEMENTS = "PLACEMENT#*";

    /** Where it notes where the files of snapshots are. */
    private static final String SAVED_SNAPSHOTS = "SAVEDSNAPSHOTS#*";

    /** Where it notes which files are on their way to whoever wants them. */
    private static final String DELIVERIES = "DELIVERY#*";

    /** Which organization a sandbox is of. */
    private static final String REGISTER = "SBXREG#*";

    /**
     * What every area with callers does: who a request is from and what he may is read of every organization, since who asks is not
     * known before; and the pipeline writes down its own. Records of the trail that meet are written together.
     */
    private static final TableRights ANSWERING = new TableRights(Set.of(), Set.of(), Set.of(), Set.of())
            .reading("KEY#*", "REVOKED#*", "ORG#*")
            .writing("AUDIT#*", "BUCKET#*", "IDEM#*", "KEYUSE#*", "METRICS#*", "ONCE#*")
            .by(GET, PUT, UPDATE, DELETE, BATCH_WRITE);

    /** Those who look for sandboxes at the same moment are answered together. */
    private static final TableRights FINDING =
            ANSWERING.by(BATCH_GET).onSandboxes(GET, BATCH_GET).reading(PLACEMENTS);

    /** Whoever comes in has used it. */
    private static final TableRights ENTERING = FINDING.onSandboxes(UPDATE);

    private static final Map<Area, TableRights> OF = Map.ofEntries(
            Map.entry(
                    Area.SANDBOXES,
                    ENTERING.reading("DEVICES#*", SAVED_SNAPSHOTS)
                            .writing("ORG#*#SBX*", "ORG#*#COUNT", "ORG#*#VOL*", "ORG#*#SNAP*", REGISTER)
                            .writing("OUTBOX#*", "STATUS#*", "PUSH#*", "DEVICE#*", "DEADDEVICES")
                            .writing("LEASE", PLACEMENTS, "WARM")
                            .writing(CONNECTIONS)
                            .by(QUERY)
                            .onSandboxes(QUERY, PUT, DELETE)),
            Map.entry(Area.PROCESS, ENTERING.writing(CONNECTIONS).by(QUERY)),
            Map.entry(
                    Area.FILES,
                    ENTERING.writing(CONNECTIONS).writing(DELIVERIES).by(QUERY)),
            Map.entry(Area.GIT, ENTERING),
            Map.entry(Area.LSP, ENTERING),
            Map.entry(
                    Area.SNAPSHOTS,
                    FINDING.writing(SAVED_SNAPSHOTS, "ORG#*#SNAP*", "ORG#*#COUNT", "SNAPREG", "SNAPLITTER")
                            .by(QUERY)),
            Map.entry(
                    Area.VOLUMES,
                    ANSWERING
                            .reading(PLACEMENTS)
                            .writing("ORG#*#VOL*", "ORG#*#COUNT", "VOLREG")
                            .by(QUERY)
                            .onSandboxes(BATCH_GET)),
            // Their lists are in the table of the sandboxes, for its indexes.
            Map.entry(
                    Area.RUNS,
                    ENTERING.writing("ORG#*#RUN", "RUNLOG#*", "RUNDATA#*", "RUNLITTER")
                            .writing("ORG#*#ART", "ORG#*#ARTNAME", "LIST#*")
                            .writing(CONNECTIONS)
                            .by(QUERY)
                            .onSandboxes(QUERY, PUT, DELETE)),
            // What it shows is the same for everybody.
            Map.entry(Area.DOCS, new TableRights(Set.of(), Set.of("METRICS#*"), Set.of(PUT), Set.of())),
            Map.entry(
                    Area.ADMIN,
                    ANSWERING
                            .reading(PLACEMENTS, REGISTER, "HEALTH")
                            .writing("KEY#*", "REVOKED#*", "ORG#*", "PROJECTION", "SCHEMA")
                            .writing("DEVICES#*", "DEVICE#*", "DEADDEVICES")
                            .writing("GATEWAY", "GATEWAY#*", "WINDOW#*")
                            .by(QUERY)));

    public TableRights {
        read = Set.copyOf(read);
        written = Set.copyOf(written);
        actions = Set.copyOf(actions);
        actionsOnSandboxes = Set.copyOf(actionsOnSandboxes);
    }

    public static TableRights of(Area area) {
        var rights = OF.get(area);
        if (rights == null) {
            throw new IllegalStateException("what " + area + " may do in the tables is not said");
        }
        return rights;
    }

    /** The partitions for an action, in the order of their names. */
    public List<String> partitions(TableAction action) {
        return List.copyOf(new TreeSet<>(action.writes() ? written : union(read, written)));
    }

    public boolean may(TableAction action, String partition) {
        return actions.contains(action) && partitions(action).stream().anyMatch(pattern -> matches(pattern, partition));
    }

    private TableRights reading(String... patterns) {
        return new TableRights(union(read, Set.of(patterns)), written, actions, actionsOnSandboxes);
    }

    private TableRights writing(String... patterns) {
        return new TableRights(read, union(written, Set.of(patterns)), actions, actionsOnSandboxes);
    }

    private TableRights by(TableAction... more) {
        return new TableRights(read, written, union(actions, Set.of(more)), actionsOnSandboxes);
    }

    private TableRights onSandboxes(TableAction... more) {
        return new TableRights(read, written, actions, union(actionsOnSandboxes, Set.of(more)));
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** As IAM's {@code StringLike}. */
    private static boolean matches(String pattern, String partition) {
        var pieces = pattern.split("\\*", -1);
        int at = pieces[0].length();
        if (!partition.startsWith(pieces[0])) {
            return false;
        }
        for (int i = 1; i < pieces.length - 1; i++) {
            int found = partition.indexOf(pieces[i], at);
            if (found < 0) {
                return false;
            }
            at = found + pieces[i].length();
        }
        var last = pieces[pieces.length - 1];
        return pieces.length == 1
                ? partition.equals(pattern)
                : partition.length() - last.length() >= at && partition.endsWith(last);
    }
}
