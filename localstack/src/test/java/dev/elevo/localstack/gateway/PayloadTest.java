package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=utf-8",
                "text/plain",
                "text/x-anything",
                "application/xml",
                "application/javascript"
            })
    void text_travels_as_text(String type) {
        assertThat(Payload.of(Unpooled.copiedBuffer("{\"ä\":1}", UTF_8), type))
                .isEqualTo(new Payload("{\"ä\":1}", false));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "application/octet-stream",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/vnd.a+json",
                "image/png",
                ""
            })
    void all_else_travels_as_base64_even_when_it_reads_as_text(String type) {
        assertThat(Payload.of(Unpooled.copiedBuffer("a=b", UTF_8), type)).isEqualTo(new Payload("YT1i", true));
    }

    @Test
    void text_that_is_none_loses_no_byte() {
        byte[] bytes = {'{', (byte) 0xff, '}'};

        var payload = Payload.of(Unpooled.wrappedBuffer(bytes), "application/json");

        assertThat(payload.isBase64()).isTrue();
        assertThat(Base64.getDecoder().decode(payload.body())).isEqualTo(bytes);
    }

    @Test
    void no_body_is_no_empty_text() {
        assertThat(Payload.of(Unpooled.EMPTY_BUFFER, "application/json")).isEqualTo(new Payload(null, false));
    }

    @Test
    void nothing_fits_always() {
        assertThat(Payload.fits(null, 0)).isTrue();
    }

    /** The mapper would write it as two escapes, which JSON allows too; in UTF-8 it has four bytes. */
    @Test
    void what_is_beyond_the_basic_plane_has_four_bytes() {
        var text = Character.toString(0x1F600).repeat(100);

        assertThat(Payload.fits(text, 400)).isTrue();
        assertThat(Payload.fits(text, 399)).isFalse();
    }

    /** Measured as JSON writes it: the limit is one of bytes on the wire, not of characters. */
    @Test
    void a_body_fits_exactly_when_its_json_does() throws IOException {
        var alphabet = "ab\"\\\n\r\t\b\f\u0001\u001fäß€\u2028";
        var points = alphabet.codePoints().toArray();
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            var bytes = ObjectMapper.getDefault().writeValueAsBytes(text.toString()).length - 2; // the quotes

            assertThat(Payload.fits(text.toString(), bytes)).as(text.toString()).isTrue();
            assertThat(Payload.fits(text.toString(), bytes - 1))
                    .as(text.toString())
                    .isFalse();
        }
    }
}
