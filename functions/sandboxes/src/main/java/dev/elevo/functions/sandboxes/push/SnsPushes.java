package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;
import dev.elevo.platform.push.PushConfiguration;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By the mobile push of SNS. The endpoint of a device is asked for each time: SNS answers the same one for the same token, so nobody
 * has to remember it. That a token is dead SNS learns of after a message, and tells with the next.
 */
final class SnsPushes implements PushSink {
    private static final Logger LOG = LoggerFactory.getLogger(SnsPushes.class);
    private static final Pattern PRESENT = Pattern.compile("Endpoint (arn:\\S+) already exists");
    private static final Pattern BAD_TOKEN = Pattern.compile("Parameter: Token Reason", Pattern.CASE_INSENSITIVE);
    private static final String FIREBASE = "GCM";

    /** With which nothing was done. */
    private static final Set<Integer> BUSY = Set.of(429, 503);

    private final PushConfiguration configuration;
    private final SnsRequests sns;
    private final JsonMapper json;

    SnsPushes(PushConfiguration configuration, SnsRequests sns, JsonMapper json) {
        this.configuration = configuration;
        this.sns = sns;
        this.json = json;
    }

    @Override
    public boolean reaches(DevicePlatform platform) {
        return configuration.application(platform).isPresent();
    }

    @Override
    public Outcome send(Push push, Device device) {
        var application = configuration.application(device.platform()).orElseThrow();
        return switch (endpoint(application, device)) {
            case Endpoint.Found(String arn) -> publish(application, arn, PushMessage.of(push));
            case Endpoint.None(Outcome why) -> why;
        };
    }

    private sealed interface Endpoint {
        record Found(String arn) implements Endpoint {}

        record None(Outcome why) implements Endpoint {}
    }

    private Endpoint endpoint(String application, Device device) {
        var answer = sns.call(
                application,
                Map.of(
                        "Action",
                        "CreatePlatformEndpoint",
                        "PlatformApplicationArn",
                        application,
                        "Token",
                        device.token()));
        return switch (answer) {
            case SnsRequests.Answer.Done(String arn) -> new Endpoint.Found(arn);
            case SnsRequests.Answer.Refused refused -> {
                var present = PRESENT.matcher(refused.message());
                if (present.find()) {
                    yield new Endpoint.Found(present.group(1));
                }
                if (BAD_TOKEN.matcher(refused.message()).find()) {
                    yield new Endpoint.None(Outcome.DEAD);
                }
                // Also what only the operator can put right: it waits for him for a while.
                LOG.error("SNS has no endpoint for {}: {}", device.id(), refused);
                yield new Endpoint.None(Outcome.NOT_NOW);
            }
            case SnsRequests.Answer.Silence silence -> new Endpoint.None(Outcome.NOT_NOW);
        };
    }

    private Outcome publish(String application, String endpoint, PushMessage message) {
        var answer = sns.call(
                application,
                Map.of(
                        "Action",
                        "Publish",
                        "TargetArn",
                        endpoint,
                        "MessageStructure",
                        "json",
                        "Message",
                        payload(application, message)));
        return switch (answer) {
            case SnsRequests.Answer.Done done -> Outcome.SENT;
            case SnsRequests.Answer.Refused refused
            when refused.code().equals("EndpointDisabled") -> {
                // Should the token come to life again, it gets an endpoint that is not disabled.
                sns.call(application, Map.of("Action", "DeleteEndpoint", "EndpointArn", endpoint));
                yield Outcome.DEAD;
            }
            case SnsRequests.Answer.Refused refused -> {
                LOG.error("SNS did not publish to {}: {}", endpoint, refused);
                yield refused.status() < 500 || BUSY.contains(refused.status()) ? Outcome.NOT_NOW : Outcome.IN_DOUBT;
            }
            case SnsRequests.Answer.Silence(boolean wasReached) -> wasReached ? Outcome.IN_DOUBT : Outcome.NOT_NOW;
        };
    }

    /** In the words of the platform behind the application. */
    private String payload(String application, PushMessage message) {
        var platform = application
                .substring(application.indexOf(":app/") + ":app/".length())
                .replaceFirst("/.*", "");
        var shown = Map.of("title", message.title(), "body", message.body());
        var words = platform.equals(FIREBASE)
                ? Map.of("fcmV1Message", Map.of("message", Map.of("notification", shown, "data", message.data())))
                : Map.of("aps", Map.of("alert", shown), "data", message.data());
        var all = new HashMap<String, Object>();
        all.put("default", message.body());
        all.put(platform, write(words));
        return write(all);
    }

    private String write(Map<String, ?> value) {
        try {
            return new String(json.writeValueAsBytes(value), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
