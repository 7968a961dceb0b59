package dev.elevo.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.SigningKey;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By AWS's own suite of examples for Signature Version 4. */
class SignatureV4Test {
    private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");
    private static final URI ROOT = URI.create("https://example.amazonaws.com/");
    private static final byte[] NOTHING = {};

    private static final String TOKEN =
            "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8"
                    + "YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6"
                    + "q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJ"
                    + "abIQwj2ICCR/oLxBA==";

    private static SignatureV4 signature(@Nullable String token) {
        var key = new SigningKey(
                "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token, "us-east-1", Instant.MAX);
        return new SignatureV4(key, "service");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "GET, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    })
    void a_request_without_anything(String method, String expected) {
        var headers = signature(null).headers(method, ROOT, NOTHING, NOW);

        assertThat(headers)
                .containsOnlyKeys("authorization", "x-amz-date")
                .containsEntry("x-amz-date", "20150830T123600Z")
                .containsEntry(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature=" + expected);
    }

    @Test
    void one_of_a_session() {
        var headers = signature(TOKEN).headers("POST", ROOT, NOTHING, NOW);

        assertThat(headers).containsEntry("x-amz-security-token", TOKEN);
        assertThat(headers.get("authorization"))
                .endsWith(" SignedHeaders=host;x-amz-date;x-amz-security-token,"
                        + " Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
    }

    @Test
    void what_is_said_and_to_whom_is_signed() {
        var one = headers("https://example.amazonaws.com/live/@connections/a%3D", "one");

        assertThat(headers("https://example.amazonaws.com/live/@connections/a%3D", "one"))
                .isEqualTo(one);
        assertThat(headers("https://example.amazonaws.com/live/@connections/a%3D", "two"))
                .isNotEqualTo(one);
        assertThat(headers("https://example.amazonaws.com/live/@connections/b%3D", "one"))
                .isNotEqualTo(one);
        assertThat(headers("https://example.amazonaws.com:8443/live/@connections/a%3D", "one"))
                .isNotEqualTo(one);
    }

    private static String headers(String target, String body) {
        return signature(TOKEN)
                .headers("POST", URI.create(target), body.getBytes(java.nio.charset.StandardCharsets.UTF_8), NOW)
                .getOrDefault("authorization", "");
    }
}
