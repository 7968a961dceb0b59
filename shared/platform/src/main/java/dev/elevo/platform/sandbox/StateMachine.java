package dev.elevo.platform.sandbox;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.sandbox.SandboxState;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The table of contract 3.3: from state × action to what follows. Pure; a new action is a new row. */
public final class StateMachine {

    /** What an action does in a state. */
    public sealed interface Verdict {}

    /** The sandbox comes into this state. */
    public record Becomes(SandboxState state) implements Verdict {}

    /** Fine, and the state stays; for what happens by itself: it does not concern a sandbox in this state. */
    public record Stays() implements Verdict {}

    /** Not in this state. */
    public record Refused(ErrorCode code) implements Verdict {}

    private static final Verdict STAYS = new Stays();

    /** Action by action what happens in each state: the state that follows, the code of the refusal, or nothing. */
    private static final Map<Action, Map<SandboxState, Verdict>> TABLE = read("""
            action               creating  running  paused   stopped  failed
            PROVISIONED          running   -        -        -        -
            PROVISIONING_FAILED  failed    -        -        -        -
            DELETE               2008      2008     deleted  deleted  deleted
            FORCE_DELETE         deleted   deleted  deleted  deleted  deleted
            USE                  2003      -        2003     2003     2003
            DESCRIBE             -         -        -        -        -
            TIME_RUNS_OUT        -         stopped  -        -        -
            NOBODY_USES_IT       -         stopped  -        -        -
            DELETION_DUE         -         -        -        deleted  -
            RUNTIME_DIES         failed    failed   failed   -        -
            RUNTIME_ENDS         -         stopped  stopped  -        -
            """);

    private StateMachine() {}

    /** An ephemeral sandbox is deleted wherever the table says stopped. */
    public static Verdict judge(Sandbox sandbox, Action action) {
        if (sandbox.state() == SandboxState.DELETED) {
            return new Refused(ErrorCode.SANDBOX_NOT_FOUND);
        }
        var verdict = rowOf(action).getOrDefault(sandbox.state(), STAYS);
        return sandbox.settings().ephemeral() && verdict.equals(new Becomes(SandboxState.STOPPED))
                ? new Becomes(SandboxState.DELETED)
                : verdict;
    }

    private static Map<SandboxState, Verdict> rowOf(Action action) {
        return Objects.requireNonNull(TABLE.get(action), () -> "the table has no row for " + action);
    }

    private static Map<Action, Map<SandboxState, Verdict>> read(String text) {
        var lines = text.lines().map(line -> line.split(" +")).toList();
        var states = lines.getFirst();
        var table = new EnumMap<Action, Map<SandboxState, Verdict>>(Action.class);
        for (var line : lines.subList(1, lines.size())) {
            var row = new EnumMap<SandboxState, Verdict>(SandboxState.class);
            for (int column = 1; column < line.length; column++) {
                row.put(state(states[column]), verdict(line[column]));
            }
            table.put(Action.valueOf(line[0]), row);
        }
        return table;
    }

    private static Verdict verdict(String cell) {
        return switch (cell) {
            case "-" -> STAYS;
            case "2003" -> new Refused(ErrorCode.SANDBOX_NOT_RUNNING);
            case "2008" -> new Refused(ErrorCode.INVALID_SANDBOX_STATE);
            default -> new Becomes(state(cell));
        };
    }

    private static SandboxState state(String name) {
        return SandboxState.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
