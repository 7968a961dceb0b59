package dev.elevo.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "255.255.255.255/1, 128.0.0.0/1",
        "1.2.3.4/0, 0.0.0.0/0",
        "1.2.3.4/32, 1.2.3.4",
        "1.2.3.4, 1.2.3.4",
        "200.201.202.203/31, 200.201.202.202/31"
    })
    void what_does_not_count_is_not_kept(String text, String kept) {
        assertThat(Cidr.of(text)).hasToString(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.0.0.256/8",
                "010.0.0.1/8",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8 }",
                "::/129",
                "name.test",
                "1.2.3.4/8/8",
                ":::::/8"
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_newer_protocol_is_read_and_is_nothing() {
        assertThat(Cidr.parse("2001:db8::/32")).isEmpty();
        assertThat(Cidr.parse("::1")).isEmpty();
        assertThat(Cidr.parse("::ffff:10.0.0.1/128")).isEmpty();
    }

    @Test
    void networks_contain_what_is_narrower() {
        var ten = Cidr.of("10.0.0.0/8");
        assertThat(ten.contains(Cidr.of("10.255.0.0/16"))).isTrue();
        assertThat(ten.contains(Cidr.of("11.0.0.0/8"))).isFalse();
        assertThat(ten.contains(Cidr.of("0.0.0.0/0"))).isFalse();
        assertThat(ten.overlaps(Cidr.of("0.0.0.0/0"))).isTrue();
        assertThat(Cidr.of("0.0.0.0/0").contains(ten)).isTrue();
        assertThat(Cidr.of("255.255.255.255").isIn(List.of(ten, Cidr.of("224.0.0.0/3"))))
                .isTrue();
    }
}
