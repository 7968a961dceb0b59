package dev.elevo.cli;

import java.util.List;

/** What people do most, one after the other in one JVM, for it to learn from. Each ends well or the rehearsal does not. */
public final class Rehearsal {
    private static final List<String> LINES = List.of(
            "sandbox create rehearsal",
            "sandbox list",
            "sandbox list --json",
            "exec -n rehearsal pwd",
            "exec -n --json rehearsal sh -c pwd",
            "exec --detach --tag said rehearsal pwd",
            "logs rehearsal said",
            "ps rehearsal",
            "cp --quiet /etc/hostname rehearsal:/tmp/a",
            "config",
            "sandbox rm --force rehearsal");

    private Rehearsal() {}

    public static void main(String[] arguments) {
        for (var line : LINES) {
            var code = Main.commandLine().execute(line.split(" "));
            if (code != 0) {
                throw new IllegalStateException(line + " ended with " + code);
            }
        }
        System.exit(0);
    }
}
