package dev.elevo.agent.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.AgentConfiguration;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FastBase64Test {
    private static final String HELPER = System.getProperty("elevo.helper");
    private final FastBase64 base64 = new FastBase64(new AgentConfiguration("", ".", "", HELPER, "none", "", 0, "0"));

    @Test
    void of_any_length_the_letters_are_those_of_the_jdk() {
        var random = new Random(7);
        for (int length = 0; length < 300; length++) {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(encoded(bytes))
                    .as("%d bytes", length)
                    .isEqualTo(Base64.getEncoder().encode(bytes));
        }
        var large = new byte[65_536];
        random.nextBytes(large);
        assertThat(encoded(large)).isEqualTo(Base64.getEncoder().encode(large));
    }

    @Test
    void every_letter_is_right_at_every_place() {
        var bytes = new byte[3 * 64 * 32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7 + i / 256);
        }
        assertThat(encoded(bytes)).isEqualTo(Base64.getEncoder().encode(bytes));
    }

    @Test
    void nothing_is_written_before_or_behind() {
        var bytes = new byte[100];
        var room = FastBase64.letters(bytes.length);
        var buffer = PooledByteBufAllocator.DEFAULT.directBuffer(room + 64);
        try {
            buffer.setBytes(0, "#".repeat(room + 64).getBytes(US_ASCII));
            buffer.writerIndex(32);
            base64.encode(bytes, buffer);

            assertThat(buffer.writerIndex()).isEqualTo(32 + room);
            for (int i = 0; i < 32; i++) {
                assertThat(buffer.getByte(i)).isEqualTo((byte) '#');
                assertThat(buffer.getByte(32 + room + i)).isEqualTo((byte) '#');
            }
        } finally {
            buffer.release();
        }
    }

    private byte[] encoded(byte[] bytes) {
        var buffer = PooledByteBufAllocator.DEFAULT.directBuffer(FastBase64.letters(bytes.length) + 1);
        try {
            base64.encode(bytes, buffer);
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }
}
