package dev.elevo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.exceptions.ConfigurationException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class StartupTest {
    @Test
    void the_sentence_is_the_causes_and_not_the_frameworks() {
        var wrapped = new ConfigurationException("Error instantiating bean", new IOException("no isolation here"));

        assertThat(Startup.sentence(wrapped)).isEqualTo("no isolation here");
    }

    @Test
    void it_is_one_line() {
        assertThat(Startup.sentence(new IOException("tried:\n  this\n  that\n")))
                .isEqualTo("tried:; this; that");
    }

    @Test
    void a_file_is_named_with_what_is_wrong_with_it() {
        assertThat(Startup.sentence(new NoSuchFileException("/gone")))
                .contains("NoSuchFile")
                .contains("/gone");
    }
}
