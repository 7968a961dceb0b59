package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RawMemoryTest {
    private static final int PAGE = 4096;

    @ParameterizedTest
    @ValueSource(longs = {1, PAGE, (2 << 20) - 1, 2 << 20, (5 << 20) + 3})
    void it_begins_with_a_page_is_full_of_zeros_and_ends_with_its_arena(long length) {
        for (int round = 0; round < 3; round++) {
            var arena = Arena.ofShared();
            var memory = RawMemory.allocate(arena, length);

            assertThat(memory.byteSize()).isEqualTo(length);
            assertThat(memory.address() % PAGE).isZero();
            assertThat(memory.elements(JAVA_BYTE).allMatch(one -> one.get(JAVA_BYTE, 0) == 0))
                    .isTrue();
            memory.fill((byte) 1);
            arena.close();
            assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        }
    }
}
