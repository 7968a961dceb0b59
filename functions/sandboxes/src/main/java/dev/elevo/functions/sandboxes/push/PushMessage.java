package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.push.Push;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** What a device shows, and what its application finds out from it. */
record PushMessage(String title, String body, Map<String, String> data) {
    static PushMessage of(Push push) {
        var data = new LinkedHashMap<String, String>();
        data.put("sandboxId", push.sandboxId());
        data.put("state", push.state().label());
        data.put("reason", push.reason().label());
        return new PushMessage("Sandbox " + push.state().label(), push.name() + " " + what(push), data);
    }

    private static String what(Push push) {
        var why = switch (push.reason()) {
            case TIMEOUT -> ": its time was up";
            case IDLE -> ": nobody used it";
            case CREATED, API, AUTO_DELETE, CRASH -> "";
        };
        return switch (push.state()) {
            case FAILED -> "has failed";
            case CREATING, RUNNING, PAUSED, STOPPED, DELETED ->
                "was " + push.state().label() + why;
        };
    }

    /** As it is sent. */
    SequencedMap<String, Object> content() {
        var content = new LinkedHashMap<String, Object>();
        content.put("title", title);
        content.put("body", body);
        content.put("data", data);
        return content;
    }
}
