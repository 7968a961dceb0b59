package dev.elevo.platform.microvm;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The start of a MicroVM, in the words of the wire. There is no idle policy: the service would count as idle what works without
 * anybody listening; who may sleep is the sweeper's to say.
 *
 * @param imageVersion null is the latest that is active
 * @param executionRoleArn null is none: then there is nothing to steal in it
 * @param maximumDurationInSeconds running and suspended, from its start
 * @param runHookPayload what its agent is told, at most 4096 characters
 * @param clientToken for ever the same MicroVM
 */
@Serdeable
public record RunMicrovm(
        String imageIdentifier,
        @Nullable String imageVersion,
        @Nullable String executionRoleArn,
        int maximumDurationInSeconds,
        String runHookPayload,
        List<String> ingressNetworkConnectors,
        List<String> egressNetworkConnectors,
        Logging logging,
        String clientToken) {

    private static final int LONGEST_PAYLOAD = 4096;

    public RunMicrovm {
        ingressNetworkConnectors = List.copyOf(ingressNetworkConnectors);
        egressNetworkConnectors = List.copyOf(egressNetworkConnectors);
        if (runHookPayload.length() > LONGEST_PAYLOAD) {
            throw new IllegalArgumentException("a hook is told at most " + LONGEST_PAYLOAD + " characters");
        }
    }

    /** Where what it prints goes: one of the two, as the wire has it. */
    @Serdeable
    public record Logging(
            @Nullable Map<String, String> disabled,
            @Nullable CloudWatch cloudWatch) {

        public static final Logging NONE = new Logging(Map.of(), null);

        public static Logging to(String logGroup) {
            return new Logging(null, new CloudWatch(logGroup));
        }
    }

    /** A group of CloudWatch; the service names the stream. */
    @Serdeable
    public record CloudWatch(String logGroup) {}
}
