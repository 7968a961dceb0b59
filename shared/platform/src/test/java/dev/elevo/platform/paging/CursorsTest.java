package dev.elevo.platform.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CursorsTest {
    private static final int ROUNDS = 2000;

    private final Cursors cursors = new Cursors("a secret of the deployment");
    private final Random random = new Random(7);

    @Test
    void what_is_sealed_comes_back_as_it_was() {
        for (int i = 0; i < ROUNDS; i++) {
            var cursor = anyCursor();

            assertThat(cursors.open(cursors.seal(cursor, "list"), "list")).contains(cursor);
        }
    }

    @Test
    void a_cursor_changed_in_any_bit_is_not_accepted() {
        for (int i = 0; i < ROUNDS; i++) {
            var bytes = Base64.getUrlDecoder().decode(cursors.seal(anyCursor(), "list"));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            var forged = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

            assertThat(cursors.open(forged, "list")).isEmpty();
        }
    }

    @Test
    void a_cursor_of_another_list_or_another_deployment_is_not_accepted() {
        var sealed = cursors.seal(new Cursor(new Sort("name", false), true, "web"), "sandboxes of acme");

        assertThat(cursors.open(sealed, "sandboxes of evil")).isEmpty();
        assertThat(new Cursors("another secret").open(sealed, "sandboxes of acme"))
                .isEmpty();
    }

    @Test
    void noise_is_not_accepted() {
        for (int i = 0; i < ROUNDS; i++) {
            var bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);

            assertThat(cursors.open(Base64.getUrlEncoder().encodeToString(bytes), "list"))
                    .isEmpty();
        }
        assertThat(cursors.open("%%% not base64", "list")).isEmpty();
    }

    @Test
    void without_a_secret_there_are_no_cursors() {
        assertThatThrownBy(() -> new Cursors(" "))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ELEVO_CURSOR_SECRET");
    }

    private Cursor anyCursor() {
        var position = random.ints(random.nextInt(60), 1, 0x2FFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new Cursor(
                new Sort(random.nextBoolean() ? "createdAt" : "name", random.nextBoolean()),
                random.nextBoolean(),
                position);
    }
}
