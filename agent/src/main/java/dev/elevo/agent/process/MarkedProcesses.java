package dev.elevo.agent.process;

import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Processes that have a variable in their environment: what a process starts has it, too, whatever becomes of its group. */
public final class MarkedProcesses {
    private static final int MOST_ROUNDS = 20;

    private MarkedProcesses() {}

    /**
     * Until none is left: what forks meanwhile hands the mark on.
     *
     * @param variable with its value
     * @return whether all of them are gone
     */
    public static boolean kill(Helper helper, String variable) throws IOException {
        var mark = "\0" + variable + "\0";
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var found = false;
            for (var node : helper.tree()) {
                if (!node.own() && isMarked(helper, node.pid(), mark)) {
                    found = true;
                    killGroup(helper, node.pid());
                }
            }
            if (!found) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMarked(Helper helper, int pid, String mark) throws IOException {
        try {
            var files = helper.inspect(pid);
            var environ = "\0" + new String(files.environ(), StandardCharsets.ISO_8859_1) + "\0";
            return environ.contains(mark) && ProcFiles.startOf(files).isPresent();
        } catch (HelperRefusal gone) {
            return false;
        }
    }

    private static void killGroup(Helper helper, int pid) throws IOException {
        try {
            helper.signalGroup(pid, Signals.KILL);
        } catch (HelperRefusal refusal) {
            if (refusal.step() != FailedStep.MISSING) {
                throw refusal;
            }
        }
    }
}
