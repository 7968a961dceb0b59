package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** Everything that anybody is known to try, against the whole service. */
@Tag("security")
final class SecurityIT {
    private static final int LEAST_TRIED = 120;
    private static final int LEAST_TRIED_INSIDE = 60;

    private static final List<Line> TABLE = new ArrayList<>();

    @TempDir
    private static Path home;

    private static Ground ground;

    /** @param result of the attempt, as the table tells it */
    private record Line(Attempt attempt, String result) {
        static final String REFUSED = "refused: ";

        boolean isRefused() {
            return result.startsWith(REFUSED);
        }

        @Override
        public String toString() {
            return "%-8s  %-72s  %s".formatted(attempt.who(), attempt.name(), result);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        ground = new Ground(home);
    }

    /** What floods comes last: it uses up what others would need. */
    static Stream<Attempt> attempts() {
        return Stream.of(
                        SystemCalls.attempts(),
                        Prison.attempts(),
                        FirstProcess.attempts(),
                        Exhaustion.attempts(),
                        Words.attempts(),
                        Reach.attempts(),
                        Wishes.attempts(),
                        Previews.attempts(),
                        Sockets.attempts(),
                        Neighbours.attempts(),
                        Records.attempts(),
                        StrangeIds.attempts(),
                        AgentDoor.attempts(),
                        Credentials.attempts(),
                        Bodies.attempts(),
                        Upstreams.attempts(),
                        Framing.attempts(),
                        Floods.attempts())
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attempts")
    void is_refused_as_documented(Attempt attempt) throws Exception {
        try {
            attempt.deed().isTriedOn(ground);
            TABLE.add(new Line(attempt, Line.REFUSED + attempt.documented()));
        } catch (TestAbortedException notHere) {
            TABLE.add(new Line(attempt, "not tried: " + notHere.getMessage()));
            throw notHere;
        } catch (Exception | Error succeeded) {
            TABLE.add(new Line(attempt, "NOT REFUSED AS DOCUMENTED (" + attempt.documented() + ")"));
            throw succeeded;
        }
    }

    @AfterAll
    static void stop() throws IOException {
        ground.close();
        TABLE.forEach(System.out::println);
        var refused = TABLE.stream().filter(Line::isRefused).toList();
        var inside = refused.stream()
                .filter(line -> line.attempt().who() == Who.INSIDE)
                .count();
        System.out.println(refused.size() + " of " + TABLE.size() + " attempts refused as documented, " + inside
                + " of them from inside a sandbox");
        assertThat(refused).as("attempts that were tried").hasSizeGreaterThanOrEqualTo(LEAST_TRIED);
        assertThat(inside).as("attempts from inside").isGreaterThanOrEqualTo(LEAST_TRIED_INSIDE);
    }
}
