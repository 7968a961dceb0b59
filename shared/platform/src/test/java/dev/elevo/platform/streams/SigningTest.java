package dev.elevo.platform.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class SigningTest {
    private final Signing signing = new Signing(
            StaticCredentialsProvider.create(AwsSessionCredentials.create("AKID", "secret", "session")),
            "execute-api",
            "eu-west-1");

    @Test
    void a_call_is_signed_for_the_gateway_of_the_region() {
        var headers = signing.headers(
                "POST",
                URI.create("https://abc.execute-api.eu-west-1.amazonaws.com/live/@connections/L0SM9cOFvHcCIhw%3D"),
                "{}".getBytes(UTF_8));

        assertThat(headers.get("Authorization"))
                .singleElement()
                .asString()
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                .contains("/eu-west-1/execute-api/aws4_request")
                .contains("SignedHeaders=")
                .contains("host");
        assertThat(headers).containsEntry("X-Amz-Security-Token", List.of("session"));
    }
}
