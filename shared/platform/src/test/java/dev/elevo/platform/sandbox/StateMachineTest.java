package dev.elevo.platform.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.sandbox.StateMachine.Becomes;
import dev.elevo.platform.sandbox.StateMachine.Refused;
import dev.elevo.platform.sandbox.StateMachine.Stays;
import dev.elevo.platform.sandbox.StateMachine.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateMachineTest {
    private static final List<SandboxState> COLUMNS = List.of(
            SandboxState.CREATING,
            SandboxState.RUNNING,
            SandboxState.PAUSED,
            SandboxState.STOPPED,
            SandboxState.FAILED);

    /** As contract 3.3 has it. */
    @ParameterizedTest
    @CsvSource({
        "PROVISIONED,         RUNNING, stays,   stays,   stays,   stays",
        "PROVISIONING_FAILED, FAILED,  stays,   stays,   stays,   stays",
        "START,               2008,    2008,    2008,    CREATING, 2008",
        "STOP,                2003,    STOPPED, STOPPED, 2003,    2003",
        "PAUSE,               2003,    PAUSED,  2003,    2003,    2003",
        "RESUME,              2008,    2008,    RUNNING, 2008,    2008",
        "RESTART,             2008,    RUNNING, RUNNING, RUNNING, 2008",
        "RESTART_FAILED,      stays,   FAILED,  FAILED,  FAILED,  FAILED",
        "FORK,                2003,    stays,   stays,   2003,    2003",
        "DELETE,              2008,    2008,    DELETED, DELETED, DELETED",
        "FORCE_DELETE,        DELETED, DELETED, DELETED, DELETED, DELETED",
        "USE,                 2003,    stays,   2003,    2003,    2003",
        "SNAPSHOT,            2003,    stays,   stays,   2003,    2003",
        "DESCRIBE,            stays,   stays,   stays,   stays,   stays",
        "TIME_RUNS_OUT,       stays,   STOPPED, stays,   stays,   stays",
        "NOBODY_USES_IT,      stays,   STOPPED, stays,   stays,   stays",
        "DELETION_DUE,        stays,   stays,   stays,   DELETED, stays",
        "RUNTIME_DIES,        FAILED,  FAILED,  FAILED,  stays,   stays",
        "RUNTIME_ENDS,        stays,   STOPPED, STOPPED, stays,   stays",
    })
    void every_action_in_every_state_does_what_the_contract_says(
            Action action, String creating, String running, String paused, String stopped, String failed) {
        var cells = List.of(creating, running, paused, stopped, failed);
        for (int column = 0; column < cells.size(); column++) {
            var state = COLUMNS.get(column);

            assertThat(StateMachine.judge(in(state, false), action))
                    .as("%s while %s", action, state)
                    .isEqualTo(verdict(cells.get(column)));
        }
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void a_deleted_sandbox_is_not_found_whatever_is_done_to_it(Action action) {
        assertThat(StateMachine.judge(in(SandboxState.DELETED, false), action))
                .isEqualTo(new Refused(ErrorCode.SANDBOX_NOT_FOUND));
    }

    @Test
    void an_ephemeral_sandbox_is_deleted_where_another_is_stopped() {
        var ephemeral = in(SandboxState.RUNNING, true);

        assertThat(StateMachine.judge(ephemeral, Action.TIME_RUNS_OUT)).isEqualTo(new Becomes(SandboxState.DELETED));
        assertThat(StateMachine.judge(ephemeral, Action.RUNTIME_ENDS)).isEqualTo(new Becomes(SandboxState.DELETED));
        assertThat(StateMachine.judge(ephemeral, Action.RUNTIME_DIES)).isEqualTo(new Becomes(SandboxState.FAILED));
    }

    @Test
    void what_failed_is_started_again_only_if_it_can_be_recovered() {
        var recoverable = broken(true);
        var lost = broken(false);

        assertThat(StateMachine.judge(recoverable, Action.START)).isEqualTo(new Becomes(SandboxState.CREATING));
        assertThat(StateMachine.judge(recoverable, Action.RESTART)).isEqualTo(new Becomes(SandboxState.RUNNING));
        assertThat(StateMachine.judge(lost, Action.START)).isEqualTo(new Refused(ErrorCode.INVALID_SANDBOX_STATE));
        assertThat(StateMachine.judge(lost, Action.RESTART)).isEqualTo(new Refused(ErrorCode.INVALID_SANDBOX_STATE));
    }

    private static Sandbox broken(boolean recoverable) {
        return in(SandboxState.RUNNING, false)
                .failed(
                        Ending.bySystem(EndReason.FAILED),
                        new Breakdown("out of memory", recoverable),
                        Sandboxes.START);
    }

    private static Verdict verdict(String cell) {
        return switch (cell) {
            case "stays" -> new Stays();
            case "2003" -> new Refused(ErrorCode.SANDBOX_NOT_RUNNING);
            case "2008" -> new Refused(ErrorCode.INVALID_SANDBOX_STATE);
            default -> new Becomes(SandboxState.valueOf(cell));
        };
    }

    private static Sandbox in(SandboxState state, boolean ephemeral) {
        return new Sandbox(
                "sbx-000000000000",
                "acme",
                "box",
                state,
                Sandboxes.settings(ephemeral, Map.of()),
                Sandboxes.WALL,
                Times.createdAt(Sandboxes.START),
                null,
                null,
                null,
                1);
    }
}
