package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Template;

class FirewallTest {
    @BeforeEach
    void needsNode() {
        Synthesis.ofDefaults(); // says that it is skipped where there is none
    }

    @Test
    void it_is_there_where_it_was_chosen_for_cloudfront_and_looks_at_addresses() {
        assertThat(Choices.DEFAULT.firewall()).isFalse();
        assertThat(Choices.from(Map.of("ELEVO_WAF", "1")).firewall()).isTrue();
        var acl = new Resources(Template.fromStack(new Firewall(new App())).toJSON()).only("AWS::WAFv2::WebACL");

        assertThat(acl.at("Scope")).isEqualTo("CLOUDFRONT");
        assertThat(acl.list("Rules"))
                .extracting(rule -> rule.get("Name"))
                .containsExactly("addresses-known-for-abuse", "too-many-from-one-address");
    }
}
