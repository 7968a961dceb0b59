package dev.elevo.platform.streams;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SigningKey;
import dev.elevo.platform.outbound.OutboundHttp;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Sessions of the role that writes to connections, by STS. One call needs no client of the AWS SDK of its own. */
@Singleton
@Requires(beans = RoleConfiguration.class)
final class RoleSessions {
    /** No longer: whoever asks is a session himself. */
    static final Duration LIFE = Duration.ofHours(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int LONGEST_NAME = 64;

    private final OutboundHttp http;
    private final RoleConfiguration configuration;
    private final Signing signing;

    @Inject
    RoleSessions(OutboundHttp http, RoleConfiguration configuration) {
        this(http, configuration, DefaultCredentialsProvider.builder().build());
    }

    RoleSessions(OutboundHttp http, RoleConfiguration configuration, AwsCredentialsProvider credentials) {
        this.http = http;
        this.configuration = configuration;
        this.signing = new Signing(credentials, "sts", configuration.region());
    }

    /**
     * One that may do what the policy says, and the role too.
     *
     * @param name under which it is found in the trail of AWS
     */
    SigningKey begin(String name, String policy) {
        var body = form(Map.of(
                "Action",
                "AssumeRole",
                "Version",
                "2011-06-15",
                "RoleArn",
                configuration.role(),
                "RoleSessionName",
                name.substring(0, Math.min(name.length(), LONGEST_NAME)),
                "DurationSeconds",
                Long.toString(LIFE.toSeconds()),
                "Policy",
                policy));
        var target = URI.create(configuration.url());
        var request = HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofByteArray(body));
        signing.headers("POST", target, body).forEach((header, values) -> {
            // The client sets these itself, to the same values.
            if (!header.equalsIgnoreCase("Host") && !header.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> request.header(header, value));
            }
        });
        try {
            var answer = http.send(request.build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw unavailable(new IOException("STS answered " + answer.statusCode() + " "
                        + new String(answer.body(), StandardCharsets.UTF_8)));
            }
            return read(answer.body());
        } catch (IOException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static RuntimeException unavailable(Exception cause) {
        return new Failure.Unavailable("Nobody can be given the right to write to the connection just now", RETRY)
                .causedBy(cause);
    }

    private SigningKey read(byte[] answer) throws IOException {
        var said = new HashMap<String, String>();
        try {
            var factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            var reader = factory.createXMLStreamReader(new ByteArrayInputStream(answer));
            var element = "";
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> element = reader.getLocalName();
                    case XMLStreamConstants.CHARACTERS ->
                        said.merge(element, reader.getText().strip(), String::concat);
                    default -> element = "";
                }
            }
            return new SigningKey(
                    said(said, "AccessKeyId"),
                    said(said, "SecretAccessKey"),
                    said(said, "SessionToken"),
                    configuration.region(),
                    Instant.parse(said(said, "Expiration")));
        } catch (XMLStreamException | DateTimeException e) {
            throw new IOException("the answer of STS is not readable", e);
        }
    }

    private static String said(Map<String, String> all, String name) throws IOException {
        var value = all.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IOException("STS does not say " + name);
        }
        return value;
    }

    private static byte[] form(Map<String, String> fields) {
        var form = new StringBuilder();
        fields.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString().getBytes(StandardCharsets.UTF_8);
    }
}
