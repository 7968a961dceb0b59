package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was sent, and does to each device as it is told. */
final class InMemoryPushes implements PushSink {
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

    record Sent(String deviceId, PushMessage message) {}

    void answer(String deviceId, Outcome outcome) {
        outcomes.put(deviceId, outcome);
    }

    List<Sent> about(String sandboxId) {
        return sent.stream()
                .filter(one -> sandboxId.equals(one.message().data().get("sandboxId")))
                .toList();
    }

    @Override
    public boolean reaches(DevicePlatform platform) {
        return true;
    }

    @Override
    public Outcome send(Push push, Device device) {
        if (device.token().equals("breaks")) {
            throw new IllegalStateException("broken on purpose");
        }
        var outcome = outcomes.getOrDefault(device.id(), Outcome.SENT);
        if (outcome == Outcome.SENT || outcome == Outcome.IN_DOUBT) {
            sent.add(new Sent(device.id(), PushMessage.of(push)));
        }
        return outcome;
    }
}
