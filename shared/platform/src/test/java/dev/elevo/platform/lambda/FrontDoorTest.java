package dev.elevo.platform.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontDoorTest {
    private static final String SECRET = "what-only-the-two-of-them-know";

    private final FrontDoor door = new FrontDoor(SECRET);

    @Test
    void who_shows_the_secret_is_believed() {
        var sender = door.sender(
                "198.51.100.1",
                Map.of(
                        "Host", "x.execute-api.eu-west-1.amazonaws.com",
                        "X-Elevo-Front-Door", SECRET,
                        "X-Elevo-Address", "2001:db8::7",
                        "X-Elevo-Host", "box.example.org",
                        "accept", "*/*"));

        assertThat(sender.address()).isEqualTo("2001:db8::7");
        assertThat(sender.headers()).isEqualTo(Map.of("host", "box.example.org", "accept", "*/*"));
    }

    @Test
    void nobody_else_is_and_his_words_reach_nobody() {
        for (var shown : new String[] {"", "what-only-the-two-of-them-knew", SECRET + " "}) {
            var sender = door.sender(
                    "203.0.113.9",
                    Map.of(
                            "host", "x.execute-api.eu-west-1.amazonaws.com",
                            "x-elevo-front-door", shown,
                            "x-elevo-address", "10.0.0.1",
                            "x-elevo-host", "other.example.org"));

            assertThat(sender.address()).isEqualTo("203.0.113.9");
            assertThat(sender.headers()).isEqualTo(Map.of("host", "x.execute-api.eu-west-1.amazonaws.com"));
        }
    }

    @Test
    void where_there_is_none_an_empty_secret_opens_nothing() {
        var sender = new FrontDoor("")
                .sender("203.0.113.9", Map.of("x-elevo-front-door", "", "x-elevo-address", "10.0.0.1"));

        assertThat(sender.address()).isEqualTo("203.0.113.9");
    }
}
