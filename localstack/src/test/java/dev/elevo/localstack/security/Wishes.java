package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.RunningStack.Answer;
import java.util.ArrayList;
import java.util.List;

/** What a tenant asks for in a network policy and must not have, at the creation and of a sandbox that runs. */
final class Wishes {
    private static final int VALIDATION = 9004;
    private static final int NOT_OFFERED = 9007;

    private Wishes() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(closed("the metadata address by a list", "\"allowedCIDRs\":[\"169.254.169.254/32\"]"));
        attempts.add(closed("the host's loopback by a list", "\"allowedCIDRs\":[\"127.0.0.1/32\"]"));
        attempts.add(closed("private networks by a list", "\"allowedCIDRs\":[\"1.1.1.1/32\",\"10.0.0.0/8\"]"));
        attempts.add(closed("a name server in a private network", "\"dnsServers\":[\"10.1.2.3\"]"));
        attempts.add(closed("a name server at the metadata address", "\"dnsServers\":[\"169.254.169.254\"]"));
        attempts.add(ill("a network that is a rule of the firewall", "\"allowedCIDRs\":[\"1.1.1.1 accept; add\"]"));
        attempts.add(
                ill("a domain that is a line of a file", "\"allowedDomains\":[\"a.example\\nnameserver 1.1.1.1\"]"));
        attempts.add(ill("a host name that is a line of a file", "\"extraHosts\":{\"a\\n127.0.0.1 b\":\"1.1.1.1\"}"));
        attempts.add(ill("an address that is a line of a file", "\"extraHosts\":{\"a\":\"1.1.1.1\\n2.2.2.2 b\"}"));
        return attempts;
    }

    private static Attempt closed(String name, String wish) {
        return new Attempt(Who.TENANT, name, "9007, nothing changed", ground -> refused(ground, wish, NOT_OFFERED));
    }

    private static Attempt ill(String name, String wish) {
        return new Attempt(Who.TENANT, name, "9004, nothing changed", ground -> refused(ground, wish, VALIDATION));
    }

    private static void refused(Ground ground, String wish, int code) {
        var network = "{\"network\":{" + wish + "}}";
        assertCode(ground.asTenant("POST", Ground.SANDBOXES, network), code);
        var path = ground.pathOf(ground.shared());
        var before = ground.stack().get(path).text();
        assertCode(ground.stack().call("PATCH", path, network), code);
        assertThat(ground.stack().get(path).text()).isEqualTo(before);
    }

    private static void assertCode(Answer answer, int code) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
    }
}
