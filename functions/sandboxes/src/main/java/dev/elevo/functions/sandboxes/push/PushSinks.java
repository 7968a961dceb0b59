package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;
import dev.elevo.platform.push.PushConfiguration;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Who brings messages to devices in this deployment. */
@Factory
final class PushSinks {
    private static final PushSink NOBODY = new PushSink() {
        @Override
        public boolean reaches(DevicePlatform platform) {
            return false;
        }

        @Override
        public Outcome send(Push push, Device device) {
            throw new IllegalStateException("nobody is there to bring a message to " + device.id());
        }
    };

    @Singleton
    @Secondary
    PushSink sink(OutboundHttp http, PushConfiguration configuration, JsonMapper json, InstantSource clock) {
        if (configuration.hasProviders()) {
            var sns = new SnsRequests(http, DefaultCredentialsProvider.builder().build(), configuration.endpoint());
            return new SnsPushes(configuration, sns, json);
        }
        return configuration.recorded() ? new RecordedPushes(json, clock) : NOBODY;
    }
}
