package dev.elevo.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ComplaintsTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("dev.elevo.agent.dns.ComplaintsTest");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may be anything, and overflow

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
    }

    @Test
    void a_flood_is_a_line_a_minute_that_says_how_many_they_were() {
        var complaints = new Complaints(log, now::get);
        for (int i = 0; i < 1000; i++) {
            complaints.add("no addresses", new IOException("refused"));
        }
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        complaints.add("no addresses", new IOException("refused"));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "no addresses: java.io.IOException: refused (and 0 like it since the last line)",
                        "no addresses: java.io.IOException: refused (and 999 like it since the last line)");
    }
}
