package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.elevo.localstack.RunningStack;
import dev.elevo.platform.testing.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens and keys that somebody made himself. */
final class Credentials {
    private static final int UNAUTHORIZED = 1001;
    private static final int TOKEN_EXPIRED = 1003;
    private static final int INVALID_TOKEN = 1004;

    private Credentials() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(jwt("algorithm none", INVALID_TOKEN, () -> unsigned("{\"alg\":\"none\"}")));
        attempts.add(
                jwt("algorithm none, with a signature", INVALID_TOKEN, () -> hmac("{\"alg\":\"none\"}", everything())));
        attempts.add(jwt("algorithm nOnE", INVALID_TOKEN, () -> unsigned("{\"alg\":\"nOnE\"}")));
        attempts.add(jwt(
                "RS256 in the head, the shared secret in the signature",
                INVALID_TOKEN,
                () -> hmac("{\"alg\":\"RS256\"}", everything())));
        attempts.add(jwt("RS256 with a key of his own in the head", INVALID_TOKEN, Credentials::ownRsaKey));
        attempts.add(jwt("HS512, which is not ours", INVALID_TOKEN, () -> hmac("{\"alg\":\"HS512\"}", everything())));
        attempts.add(jwt(
                "another secret",
                INVALID_TOKEN,
                () -> Tokens.hs256(claims(), "another-secret-which-is-just-as-long-as-the-one")));
        attempts.add(
                jwt("a signature that lacks its end", INVALID_TOKEN, () -> good().substring(0, good().length() - 4)));
        attempts.add(jwt("claims changed under a good signature", INVALID_TOKEN, () -> {
            var parts = good().split("\\.");
            return parts[0] + "." + base64(everything()) + "." + parts[2];
        }));
        attempts.add(jwt(
                "expired",
                TOKEN_EXPIRED,
                () -> Tokens.hs256(
                        claims().expirationTime(Date.from(Instant.now().minusSeconds(60))), RunningStack.JWT_SECRET)));
        attempts.add(jwt(
                "no end", INVALID_TOKEN, () -> Tokens.hs256(claims().expirationTime(null), RunningStack.JWT_SECRET)));
        attempts.add(
                jwt("no subject", INVALID_TOKEN, () -> Tokens.hs256(claims().subject(null), RunningStack.JWT_SECRET)));
        attempts.add(jwt(
                "good tomorrow",
                INVALID_TOKEN,
                () -> Tokens.hs256(
                        claims().notBeforeTime(Date.from(Instant.now().plusSeconds(86_400)))
                                .expirationTime(Date.from(Instant.now().plusSeconds(90_000))),
                        RunningStack.JWT_SECRET)));
        attempts.add(jwt(
                "an organization that is a list",
                INVALID_TOKEN,
                () -> Tokens.hs256(claims().claim("org", List.of("default", "next-door")), RunningStack.JWT_SECRET)));
        attempts.add(jwt(
                "an end that is a word",
                INVALID_TOKEN,
                () -> hmac("{\"alg\":\"HS256\"}", "{\"sub\":\"a\",\"exp\":\"never\"}")));
        attempts.add(jwt(
                "a key by path (kid)",
                INVALID_TOKEN,
                () -> signedWith("", "{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\"}")));
        attempts.add(new Attempt(
                Who.STRANGER,
                "JWT: a key from his own server (jku, x5u)",
                "1004, and nobody asks the server",
                Credentials::ownKeyServer));
        attempts.add(key("no credential", UNAUTHORIZED));
        attempts.add(key("a scheme nobody knows", UNAUTHORIZED, "Authorization", "Basic YWRtaW46YWRtaW4="));
        attempts.add(key("an empty key", INVALID_TOKEN, "X-API-Key", ""));
        attempts.add(key("a key of the right form", INVALID_TOKEN, "X-API-Key", "ewk_" + "A".repeat(43)));
        attempts.add(key("a key of ten kilobytes", INVALID_TOKEN, "X-API-Key", "ewk_" + "A".repeat(9000)));
        attempts.add(key(
                "the identity that a load balancer would name",
                UNAUTHORIZED,
                "x-amzn-oidc-identity",
                "admin",
                "x-amzn-oidc-data",
                "a.b.c"));
        attempts.add(key(
                "the identity that a proxy would name",
                UNAUTHORIZED,
                "X-Forwarded-User",
                "admin",
                "X-Remote-User",
                "admin",
                "X-Forwarded-For",
                "127.0.0.1"));
        attempts.add(new Attempt(
                Who.STRANGER, "the key but for its last character, or in other letters", "1004", ground -> {
                    var key = ground.stack().adminKey();
                    var last = key.charAt(key.length() - 1) == 'A' ? 'B' : 'A';
                    for (var guess : List.of(
                            key.substring(0, key.length() - 1) + last,
                            key.substring(0, key.length() - 1),
                            key + "A",
                            key.replace("ewk_", "EWK_"))) {
                        assertThat(ground.asStranger("GET", Ground.SANDBOXES, "", "X-API-Key", guess)
                                        .code())
                                .isEqualTo(INVALID_TOKEN);
                    }
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "a good key behind a bad token",
                "1004: the first form decides",
                ground -> assertThat(ground.asStranger(
                                        "GET",
                                        Ground.SANDBOXES,
                                        "",
                                        "Authorization",
                                        "Bearer a.b.c",
                                        "X-API-Key",
                                        ground.stack().adminKey())
                                .code())
                        .isEqualTo(INVALID_TOKEN)));
        attempts.add(new Attempt(
                Who.STRANGER, "a good key in the trailer of a chunked body", "1001: no trailer is a header", ground -> {
                    try (var client = ground.connect()) {
                        client.send("POST " + Ground.SANDBOXES
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-API-Key: "
                                + ground.stack().adminKey() + "\r\n\r\n");
                        assertThat(client.read().text()).contains("\"code\":1001");
                    }
                }));
        attempts.add(
                new Attempt(Who.STRANGER, "credentials out of the logs", "none is written", Credentials::readsTheLogs));
        attempts.add(new Attempt(
                Who.STRANGER,
                "another user's files of this service",
                "mode 0600, below a directory of mode 0700 or files of 0600",
                ground -> {
                    for (var file : List.of("admin.key", "agent.key", "jwt.secret", "cursor.secret")) {
                        assertThat(Files.getPosixFilePermissions(
                                                ground.stack().home().resolve(file))
                                        .toString())
                                .as(file)
                                .doesNotContain("GROUP", "OTHERS");
                    }
                }));
        return attempts;
    }

    private interface Forgery {
        String make() throws Exception;
    }

    private static Attempt jwt(String name, int code, Forgery forgery) {
        return new Attempt(
                Who.STRANGER,
                "JWT: " + name,
                Integer.toString(code),
                ground -> assertThat(ground.asStranger(
                                        "GET", Ground.SANDBOXES, "", "Authorization", "Bearer " + forgery.make())
                                .code())
                        .isEqualTo(code));
    }

    private static Attempt key(String name, int code, String... headers) {
        return new Attempt(
                Who.STRANGER,
                name,
                Integer.toString(code),
                ground -> assertThat(ground.asStranger("GET", Ground.SANDBOXES, "", headers)
                                .code())
                        .isEqualTo(code));
    }

    private static JWTClaimsSet.Builder claims() {
        return Tokens.claims("admin", Instant.now()).claim("org", "default").claim("scopes", List.of("*"));
    }

    private static String good() {
        return Tokens.hs256(claims(), RunningStack.JWT_SECRET);
    }

    private static String everything() {
        return "{\"sub\":\"admin\",\"org\":\"default\",\"scopes\":[\"*\"],\"exp\":"
                + Instant.now().plusSeconds(600).getEpochSecond() + "}";
    }

    private static String unsigned(String head) {
        return base64(head) + "." + base64(everything()) + ".";
    }

    private static String hmac(String head, String claims) throws GeneralSecurityException {
        var text = base64(head) + "." + base64(claims);
        return text + "." + mac(RunningStack.JWT_SECRET, text);
    }

    private static String signedWith(String secret, String head) throws GeneralSecurityException {
        var text = base64(head) + "." + base64(everything());
        return text + "." + mac(secret.isEmpty() ? "\0" : secret, text);
    }

    private static String mac(String secret, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String ownRsaKey() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        return Tokens.signed(claims(), JWSAlgorithm.RS256, "mine", new RSASSASigner(pair.getPrivate()));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void ownKeyServer(Ground ground) throws IOException, GeneralSecurityException {
        try (var server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            var url = "http://127.0.0.1:" + server.getLocalPort() + "/keys";
            for (var head : List.of(
                    "{\"alg\":\"RS256\",\"jku\":\"" + url + "\"}", "{\"alg\":\"HS256\",\"x5u\":\"" + url + "\"}")) {
                assertThat(ground.asStranger(
                                        "GET",
                                        Ground.SANDBOXES,
                                        "",
                                        "Authorization",
                                        "Bearer " + signedWith("mine", head))
                                .code())
                        .isEqualTo(INVALID_TOKEN);
            }
            server.setSoTimeout(200);
            assertThat(catchThrowable(server::accept)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static void readsTheLogs(Ground ground) throws IOException {
        var secret = Tokens.hs256(claims().jwtID("in-the-logs"), RunningStack.JWT_SECRET);
        ground.asStranger("GET", Ground.SANDBOXES + "?api_key=" + ground.stack().adminKey(), "");
        ground.asStranger("GET", Ground.SANDBOXES, "", "Authorization", "Bearer " + secret);
        try (var logs = Files.walk(ground.stack().home().resolve("logs"))) {
            for (var log : logs.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(log, StandardCharsets.ISO_8859_1))
                        .as(log.toString())
                        .doesNotContain(ground.stack().adminKey(), secret, RunningStack.JWT_SECRET);
            }
        }
    }
}
