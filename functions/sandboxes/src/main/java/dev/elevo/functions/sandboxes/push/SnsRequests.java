package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.streams.Signing;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** The three requests to SNS that there are. A client of the SDK would cost every cold start more than all of them together. */
final class SnsRequests {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Pattern ENDPOINT = Pattern.compile("<EndpointArn>([^<]*)</EndpointArn>");
    private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

    private final OutboundHttp http;
    private final AwsCredentialsProvider credentials;
    private final String endpoint;

    /** @param endpoint instead of the region's own; may be empty */
    SnsRequests(OutboundHttp http, AwsCredentialsProvider credentials, String endpoint) {
        this.http = http;
        this.credentials = credentials;
        this.endpoint = endpoint;
    }

    /** What SNS says. */
    sealed interface Answer {
        /**
         * It is done.
         *
         * @param endpoint where one was asked for, else empty
         */
        record Done(String endpoint) implements Answer {}

        record Refused(int status, String code, String message) implements Answer {}

        /**
         * Nothing was heard of it.
         *
         * @param wasReached whether it may have done what was asked all the same
         */
        record Silence(boolean wasReached) implements Answer {}
    }

    /** @param application by whose ARN it is known where that SNS is */
    Answer call(String application, Map<String, String> parameters) {
        var region = application.split(":", -1)[3];
        var target = URI.create(endpoint.isBlank() ? address(region) : endpoint);
        var body = form(parameters).getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .header("Content-Type", FORM)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        new Signing(credentials, "sns", region).headers("POST", target, body).forEach((name, values) -> {
            // The client sets these itself, to the same values.
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            return read(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Answer.Silence(false);
        } catch (IOException e) {
            return new Answer.Silence(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Silence(true);
        }
    }

    private static Answer read(HttpResponse<String> response) {
        return response.statusCode() == 200
                ? new Answer.Done(first(ENDPOINT, response.body()))
                : new Answer.Refused(
                        response.statusCode(), first(CODE, response.body()), first(MESSAGE, response.body()));
    }

    private static String first(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }

    private static String address(String region) {
        return "https://sns." + region + "."
                + PartitionMetadata.of(Region.of(region)).dnsSuffix() + "/";
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "Version=2010-03-31&", ""));
    }
}
