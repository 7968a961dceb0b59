package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** What an agent says where it cannot mount a volume now, because it is being checked: whoever starts a sandbox tries again. */
public final class BusyVolumes {
    private static final String REASON = "reason";
    private static final String CHECKING = "checking";

    private BusyVolumes() {}

    public static Failure of(String sandboxId) {
        return new Failure.Refused(
                ErrorCode.VOLUME_IN_USE,
                "A volume is being checked, which may take minutes",
                Map.of("sandboxId", sandboxId, REASON, CHECKING));
    }

    public static boolean isSaidBy(Failure failure) {
        return failure.code() == ErrorCode.VOLUME_IN_USE
                && CHECKING.equals(failure.details().get(REASON));
    }
}
