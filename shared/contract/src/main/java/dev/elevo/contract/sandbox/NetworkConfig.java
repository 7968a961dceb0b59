package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox may reach and who may reach it. Outbound to public addresses only, unless said otherwise. A field with another
 * name is no wish that may be passed over: whoever misspells a restriction would get none.
 */
@Serdeable
@JsonIgnoreProperties(ignoreUnknown = false)
public record NetworkConfig(
        @Nullable Boolean allowInternet,
        @Nullable @Size(max = 64) List<String> allowedCIDRs,
        @Nullable @Size(max = 64) List<String> deniedCIDRs,
        @Nullable @Size(max = 64) List<String> allowedDomains,
        @Nullable @Size(max = 64) List<@Min(1) @Max(65_535) Integer> exposedPorts,
        @Nullable Boolean allowPublicInbound,
        @Nullable @Size(max = 8) List<String> dnsServers,
        @Nullable @Size(max = 64) Map<String, String> extraHosts) {

    public static final NetworkConfig DEFAULT = new NetworkConfig(true, null, null, null, null, false, null, null);

    public boolean internet() {
        return allowInternet == null || allowInternet;
    }

    public NetworkConfig withoutInternet() {
        return new NetworkConfig(
                false,
                allowedCIDRs,
                deniedCIDRs,
                allowedDomains,
                exposedPorts,
                allowPublicInbound,
                dnsServers,
                extraHosts);
    }
}
