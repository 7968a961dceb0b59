package dev.elevo.platform.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionLogTest {
    private static final String FILE = "logback.configurationFile";

    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        System.clearProperty(FILE);
        context.stop();
    }

    @Test
    void a_function_logs_by_it_as_it_is_found_by_logback() throws Exception {
        new ContextInitializer(context).autoConfig();

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("lines"))
                .isInstanceOf(ConsoleAppender.class);
        assertThat(context.getLogger("software.amazon").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(context.getLogger("dev.elevo.platform").getEffectiveLevel()).isEqualTo(Level.INFO);
        assertThat(context.getLogger("dev.elevo.access").getAppender("bare")).isNotNull();
        assertThat(context.getLogger("dev.elevo.access").isAdditive()).isFalse();
    }

    @Test
    void records_are_told_whatever_the_level_above_them() {
        new FunctionLog().configure(context);

        context.getLogger("dev.elevo").setLevel(Level.ERROR);

        assertThat(context.getLogger("dev.elevo.access").isInfoEnabled()).isTrue();
        assertThat(context.getLogger("dev.elevo.push").isInfoEnabled()).isTrue();
    }

    @Test
    void a_file_that_is_named_goes_first_also_when_only_this_is_asked(@TempDir Path folder) throws IOException {
        var file =
                Files.writeString(folder.resolve("own.xml"), "<configuration><root level=\"TRACE\"/></configuration>");
        System.setProperty(FILE, file.toString());

        assertThat(new FunctionLog().configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        assertThat(root.getLevel()).isEqualTo(Level.TRACE);
        assertThat(root.iteratorForAppenders().hasNext()).isFalse();
    }
}
