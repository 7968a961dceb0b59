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

    /**
     * Action by action what happens in each state: the state that follows, the code of the refusal, or nothing. A star is for what
     * can be recovered only; {@code idle} is paused or stopped, as the sandbox was told to be.
     */
    private static final Map<Action, Map<SandboxState, String>> TABLE = read("""
            action               creating  running  paused   stopped  failed
            PROVISIONED          running   -        -        -        -
            PROVISIONING_FAILED  failed    -        -        -        -
            START                2008      2008     2008     creating creating*
            STOP                 2003      stopped  stopped  2003     2003
            PAUSE                2003      paused   2003     2003     2003
            RESUME               2008      2008     running  2008     2008
            RESTART              2008      running  running  running  running*
            RESTART_FAILED       -         failed   failed   failed   failed
            FORK                 2003      -        -        2003     2003
            DELETE               2008      2008     deleted  deleted  deleted
            FORCE_DELETE         deleted   deleted  deleted  deleted  deleted
            USE                  2003      -        2003     2003     2003
            SNAPSHOT             2003      -        -        2003     2003
            DESCRIBE             -         -        -        -        -
            TIME_RUNS_OUT        -         stopped  -        -        -
            NOBODY_USES_IT       -         idle     -        -        -
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
        return verdict(rowOf(action).getOrDefault(sandbox.state(), "-"), sandbox);
    }

    private static Map<SandboxState, String> rowOf(Action action) {
        return Objects.requireNonNull(TABLE.get(action), () -> "the table has no row for " + action);
    }

    private static Map<Action, Map<SandboxState, String>> read(String text) {
        var lines = text.lines().map(line -> line.split(" +")).toList();
        var states = lines.getFirst();
        var table = new EnumMap<Action, Map<SandboxState, String>>(Action.class);
        for (var line : lines.subList(1, lines.size())) {
            var row = new EnumMap<SandboxState, String>(SandboxState.class);
            for (int column = 1; column < line.length; column++) {
                row.put(state(states[column]), line[column]);
            }
            table.put(Action.valueOf(line[0]), row);
        }
        return table;
    }

    private static Verdict verdict(String cell, Sandbox sandbox) {
        return switch (cell) {
            case "-" -> new Stays();
            case "2003" -> new Refused(ErrorCode.SANDBOX_NOT_RUNNING);
            case "2008" -> new Refused(ErrorCode.INVALID_SANDBOX_STATE);
            case "stopped" -> new Becomes(sandbox.settings().ephemeral() ? SandboxState.DELETED : SandboxState.STOPPED);
            case "idle" ->
                sandbox.settings().autoPause() ? new Becomes(SandboxState.PAUSED) : verdict("stopped", sandbox);
            default -> cell.endsWith("*") ? ifRecoverable(cell, sandbox) : new Becomes(state(cell));
        };
    }

    private static Verdict ifRecoverable(String cell, Sandbox sandbox) {
        var breakdown = sandbox.breakdown();
        return breakdown != null && breakdown.recoverable()
                ? new Becomes(state(cell.substring(0, cell.length() - 1)))
                : new Refused(ErrorCode.INVALID_SANDBOX_STATE);
    }

    private static SandboxState state(String name) {
        return SandboxState.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
