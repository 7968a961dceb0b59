package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** The agent itself, by somebody on the host who is past the gateway. */
final class AgentDoor {
    private static final int INVALID_TOKEN = 1004;
    private static final int TOKEN_EXPIRED = 1003;
    private static final int INSUFFICIENT_SCOPE = 1005;
    private static final int SANDBOX_NOT_FOUND = 2001;
    private static final String RUN = "{\"command\":\"id\",\"waitMs\":5000}";

    private AgentDoor() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(token("no capability", "1004", INVALID_TOKEN, ground -> ""));
        attempts.add(token("words in the place of a capability", "1004", INVALID_TOKEN, ground -> "a.b"));
        attempts.add(token(
                "one signed with a key of his own",
                "1004",
                INVALID_TOKEN,
                ground -> signed(ground.shared(), Operation.PROCESS, forged(), 60)));
        attempts.add(token(
                "one sealed with a secret of his own",
                "1004",
                INVALID_TOKEN,
                ground -> sealed(ground.shared(), SandboxSecret.derive(forged(), ground.shared()))));
        attempts.add(token("claims of one, signature of another", "1004", INVALID_TOKEN, ground -> {
            var mine = signed(ground.sandbox(), Operation.PROCESS, ground.signingKey(), 60);
            var wanted = signed(ground.shared(), Operation.PROCESS, forged(), 60);
            return wanted.substring(0, wanted.indexOf('.')) + mine.substring(mine.indexOf('.'));
        }));
        attempts.add(token("a longer life, written into a good one", "1004", INVALID_TOKEN, ground -> {
            var good = signed(ground.shared(), Operation.PROCESS, ground.signingKey(), 1);
            var claims = new String(
                    Base64.getUrlDecoder().decode(good.substring(0, good.indexOf('.'))), StandardCharsets.UTF_8);
            var longer = claims.substring(0, claims.lastIndexOf('|')) + "|"
                    + Instant.now().plusSeconds(9999).toEpochMilli();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(longer.getBytes(StandardCharsets.UTF_8))
                    + good.substring(good.indexOf('.'));
        }));
        attempts.add(token(
                "an expired one, replayed",
                "1003",
                TOKEN_EXPIRED,
                ground -> signed(ground.shared(), Operation.PROCESS, ground.signingKey(), -1)));
        attempts.add(token(
                "one of another sandbox, replayed here",
                "2001: whether it exists is none of his business",
                SANDBOX_NOT_FOUND,
                ground -> signed(ground.sandbox(), Operation.PROCESS, ground.signingKey(), 60)));
        attempts.add(token(
                "this sandbox's name sealed with another's secret",
                "1004",
                INVALID_TOKEN,
                ground -> sealed(ground.shared(), SandboxSecret.derive(ground.signingKey(), ground.sandbox()))));
        attempts.add(token(
                "the host's, for one sandbox",
                "2001",
                SANDBOX_NOT_FOUND,
                ground -> signed(Capability.HOST, Operation.HOST, ground.signingKey(), 60)));
        attempts.add(token(
                "the right sandbox's, for another operation",
                "1005",
                INSUFFICIENT_SCOPE,
                ground -> signed(ground.shared(), Operation.LIFECYCLE, ground.signingKey(), 60)));
        attempts.add(new Attempt(
                Who.STRANGER,
                "agent: the list of all sandboxes with one of them",
                "2001",
                ground -> assertThat(ground.atTheAgent(
                                        signed(ground.shared(), Operation.HOST, ground.signingKey(), 60),
                                        "GET",
                                        AgentPaths.SANDBOXES,
                                        "")
                                .code())
                        .isEqualTo(SANDBOX_NOT_FOUND)));
        attempts.add(new Attempt(
                Who.STRANGER,
                "agent: the capability of a sandbox that is deleted",
                "1004 or 2001",
                AgentDoor::usesADeletedOnes));
        attempts.add(new Attempt(
                Who.STRANGER,
                "agent: a sandbox whose id leads elsewhere, with the host's own capability",
                "9004, nothing made",
                ground -> {
                    var host = signed(Capability.HOST, Operation.CREATE, ground.signingKey(), 60);
                    for (var id : List.of("../../evil", "..", "sbx-aaaaaaaaaaaa/../evil", "", "SBX-AAAAAAAAAAAA")) {
                        var answer = ground.atTheAgent(host, "POST", AgentPaths.SANDBOXES, spec(id));
                        assertThat(answer.code()).as(id + " " + answer.text()).isIn(9004, 9005);
                    }
                    assertThat(ground.stack().home().resolve("evil")).doesNotExist();
                    assertThat(ground.stack().home().resolve("agent/evil")).doesNotExist();
                }));
        attempts.add(new Attempt(
                Who.STRANGER, "agent: a path that leads out of the sandboxes", "1004, 2001 or 9008", ground -> {
                    for (var id : List.of("..", "%2e%2e", "..%2f..", "%00", "host")) {
                        for (var method : List.of("GET", "DELETE")) {
                            var answer = ground.atTheAgent(
                                    signed("..", Operation.LIFECYCLE, ground.signingKey(), 60),
                                    method,
                                    AgentPaths.SANDBOXES + "/" + id,
                                    "");
                            assertThat(answer.status())
                                    .as(method + " " + id + " " + answer.text())
                                    .isIn(204, 400, 401, 404, 405);
                        }
                    }
                    assertThat(ground.stack().home().resolve("agent/sandboxes")).isDirectory();
                    ground.assertUsable(ground.shared());
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "agent: a body of many megabytes",
                "3007",
                ground -> assertThat(ground.atTheAgent("", "POST", AgentPaths.SANDBOXES, "x".repeat(17 << 20))
                                .status())
                        .isIn(401, 413)));
        return attempts;
    }

    private interface Forgery {
        String make(Ground ground);
    }

    private static Attempt token(String name, String documented, int code, Forgery forgery) {
        return new Attempt(Who.STRANGER, "agent: " + name, documented, ground -> {
            var answer = ground.atTheAgent(
                    forgery.make(ground), "POST", AgentPaths.PROCESSES.replace("{sandboxId}", ground.shared()), RUN);

            assertThat(answer.code()).as(answer.text()).isEqualTo(code);
            assertThat(answer.text()).doesNotContain("uid=");
        });
    }

    private static void usesADeletedOnes(Ground ground) {
        var sandbox = ground.sandbox();
        var secret = SandboxSecret.derive(ground.signingKey(), sandbox);
        var path = AgentPaths.PROCESSES.replace("{sandboxId}", sandbox);
        var sealed = sealed(sandbox, secret);
        var signed = signed(sandbox, Operation.PROCESS, ground.signingKey(), 60);
        assertThat(ground.atTheAgent(sealed, "POST", path, RUN).status()).isEqualTo(200);

        ground.stack().delete(ground.pathOf(sandbox) + "?force=true");

        assertThat(ground.atTheAgent(sealed, "POST", path, RUN).code()).isEqualTo(INVALID_TOKEN);
        assertThat(ground.atTheAgent(signed, "POST", path, RUN).code()).isEqualTo(SANDBOX_NOT_FOUND);
    }

    private static String spec(String id) {
        return "{\"id\":\"" + id
                + "\",\"template\":\"base\",\"env\":{},\"workDir\":\"/home/user\",\"user\":\"user\",\"shell\":\"/bin/bash\","
                + "\"resources\":{},\"network\":{},\"requireEnforced\":[]}";
    }

    private static String sealed(String sandbox, SandboxSecret secret) {
        return new Capability(sandbox, Set.of(Operation.PROCESS), Instant.now().plusSeconds(60)).seal(secret);
    }

    private static String signed(String sandbox, Operation operation, PrivateKey key, int seconds) {
        try {
            return new Capability(sandbox, Set.of(operation), Instant.now().plusSeconds(seconds)).sign(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PrivateKey forged() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
