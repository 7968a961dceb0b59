package dev.elevo.functions.sandboxes.push;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where nobody brings messages to devices, whoever runs the deployment can read what would have been sent: a JSON line each. */
final class RecordedPushes implements PushSink {
    /** A logger of its own, so that its lines go to a file of their own. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.elevo.push");

    private final JsonMapper json;
    private final InstantSource clock;

    RecordedPushes(JsonMapper json, InstantSource clock) {
        this.json = json;
        this.clock = clock;
    }

    @Override
    public boolean reaches(DevicePlatform platform) {
        return true;
    }

    @Override
    public Outcome send(Push push, Device device) {
        var line = new LinkedHashMap<String, Object>();
        line.put("timestamp", InstantSerde.format(clock.instant()));
        line.put("organizationId", push.organizationId());
        line.put("userId", push.userId());
        line.put("deviceId", device.id());
        line.put("platform", device.platform().label());
        line.put("message", PushMessage.of(push).content());
        try {
            LOG.info(new String(json.writeValueAsBytes(line), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Outcome.SENT;
    }
}
