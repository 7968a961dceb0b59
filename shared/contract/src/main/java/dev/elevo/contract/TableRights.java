package dev.elevo.contract;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an area's function may do in the two tables, by patterns of partition keys ({@code *} stands for anything). The CDK
 * application grants it and no more, and the tests of the local run hold each function to it, so that a store that reaches for
 * a partition of its own is noticed before it is deployed.
 *
 * @param read partitions of the {@link StateTable} that are only looked at
 * @param written those that are changed, and looked at
 * @param sandboxes what it does with the {@link SandboxTable}
 */
public record TableRights(List<String> read, List<String> written, Sandboxes sandboxes) {

    /** The three ways to stand to sandboxes. */
    public enum Sandboxes {
        NONE,
        READ,
        WRITE
    }

    /** Whom a request comes from, and what he may: of every organization, since who asks is not known before. */
    private static final List<String> CALLERS = List.of("KEY#*", "REVOKED#*", "ORG#*");

    /** What the pipeline writes down of every request. */
    private static final List<String> PIPELINE =
            List.of("AUDIT#*", "BUCKET#*", "IDEM#*", "KEYUSE#*", "METRICS#*", "ONCE#*");

    /** Which organization a sandbox is of. */
    private static final List<String> REGISTER = List.of("SBXREG#*");

    private static final List<String> CONNECTIONS = List.of("STREAM#*", "SOCKETS#*");

    /** Where the engine of the cloud notes which machine a sandbox is in. */
    private static final List<String> PLACEMENTS = List.of("PLACEMENT#*");

    /** Where it notes where the files of snapshots are. */
    private static final String SAVED_SNAPSHOTS = "SAVEDSNAPSHOTS#*";

    /** Where it notes which files are on their way to whoever wants them. */
    private static final String DELIVERIES = "DELIVERY#*";

    private static final Map<Area, TableRights> OF = Map.ofEntries(
            Map.entry(
                    Area.SANDBOXES,
                    writing(
                            Sandboxes.WRITE,
                            List.of("DEVICES#*", SAVED_SNAPSHOTS),
                            List.of(
                                    List.of("ORG#*#SBX*", "ORG#*#COUNT", "ORG#*#VOL*", "ORG#*#SNAP*", "SBXREG#*"),
                                    List.of("OUTBOX#*", "STATUS#*", "PUSH#*", "DEVICE#*", "DEADDEVICES"),
                                    List.of("LEASE", "PLACEMENT#*", "WARM"),
                                    CONNECTIONS))),
            Map.entry(Area.PROCESS, writing(Sandboxes.WRITE, PLACEMENTS, List.of(CONNECTIONS))),
            Map.entry(Area.FILES, writing(Sandboxes.WRITE, PLACEMENTS, List.of(CONNECTIONS, List.of(DELIVERIES)))),
            Map.entry(Area.GIT, writing(Sandboxes.WRITE, PLACEMENTS, List.of())),
            Map.entry(Area.LSP, writing(Sandboxes.WRITE, PLACEMENTS, List.of())),
            Map.entry(
                    Area.SNAPSHOTS,
                    writing(
                            Sandboxes.READ,
                            PLACEMENTS,
                            List.of(
                                    List.of(SAVED_SNAPSHOTS),
                                    List.of("ORG#*#SNAP*", "ORG#*#COUNT", "SNAPREG", "SNAPLITTER")))),
            Map.entry(
                    Area.VOLUMES,
                    writing(Sandboxes.READ, PLACEMENTS, List.of(List.of("ORG#*#VOL*", "ORG#*#COUNT", "VOLREG")))),
            Map.entry(
                    Area.RUNS,
                    writing(
                            Sandboxes.WRITE,
                            PLACEMENTS,
                            List.of(
                                    List.of("ORG#*#RUN", "RUNLOG#*", "RUNDATA#*", "RUNLITTER"),
                                    List.of("ORG#*#ART", "ORG#*#ARTNAME", "LIST#*"),
                                    CONNECTIONS))),
            Map.entry(Area.DOCS, writing(Sandboxes.NONE, List.of(), List.of())),
            Map.entry(
                    Area.ADMIN,
                    writing(
                            Sandboxes.READ,
                            Stream.concat(PLACEMENTS.stream(), Stream.of("HEALTH"))
                                    .toList(),
                            List.of(
                                    List.of("KEY#*", "REVOKED#*", "ORG#*", "PROJECTION", "SCHEMA"),
                                    List.of("DEVICES#*", "DEVICE#*", "DEADDEVICES"),
                                    List.of("GATEWAY", "GATEWAY#*", "WINDOW#*")))));

    public TableRights {
        read = List.copyOf(read);
        written = List.copyOf(written);
    }

    public static TableRights of(Area area) {
        var rights = OF.get(area);
        if (rights == null) {
            throw new IllegalStateException("what " + area + " may do in the tables is not said");
        }
        return rights;
    }

    /** All it may look at. */
    public List<String> readable() {
        return Stream.concat(read.stream(), written.stream())
                .distinct()
                .sorted()
                .toList();
    }

    public boolean mayRead(String partition) {
        return readable().stream().anyMatch(pattern -> matches(pattern, partition));
    }

    public boolean mayWrite(String partition) {
        return written.stream().anyMatch(pattern -> matches(pattern, partition));
    }

    private static TableRights writing(Sandboxes sandboxes, List<String> read, List<List<String>> written) {
        return new TableRights(
                Stream.of(CALLERS, sandboxes == Sandboxes.NONE ? List.<String>of() : REGISTER, read)
                        .flatMap(List::stream)
                        .sorted()
                        .toList(),
                Stream.concat(PIPELINE.stream(), written.stream().flatMap(List::stream))
                        .distinct()
                        .sorted()
                        .toList(),
                sandboxes);
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
