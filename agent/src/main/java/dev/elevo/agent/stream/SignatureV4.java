package dev.elevo.agent.stream;

import dev.elevo.contract.agent.SigningKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signature Version 4 of AWS, for requests without a query: there is no SDK inside a sandbox's machine. */
final class SignatureV4 {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String MAC = "HmacSHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int DAY = 8;

    /** Of a path: between these it is encoded, whatever it is encoded as already. */
    private static final String AS_IT_IS = "-_.~/";

    private final SigningKey key;
    private final String service;

    /** @param service by its name in signatures, such as {@code execute-api} */
    SignatureV4(SigningKey key, String service) {
        this.key = key;
        this.service = service;
    }

    /** The headers that prove who calls; the host is signed, too, as every client says it. */
    Map<String, String> headers(String method, URI target, byte[] body, Instant now) {
        var time = TIME.format(now);
        var signed = new TreeMap<String, String>();
        signed.put("host", target.getRawAuthority());
        signed.put("x-amz-date", time);
        var token = key.token();
        if (token != null) {
            signed.put("x-amz-security-token", token);
        }
        var names = String.join(";", signed.keySet());
        var canonical = String.join(
                "\n",
                method,
                encoded(target.getRawPath()),
                "",
                signed.entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining()),
                names,
                sha256(body));
        var scope = String.join("/", time.substring(0, DAY), key.region(), service, "aws4_request");
        var words = String.join("\n", ALGORITHM, time, scope, sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        var signature = HexFormat.of().formatHex(mac(derived(scope), words));
        signed.remove("host");
        signed.put(
                "authorization",
                ALGORITHM + " Credential=" + key.id() + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                        + signature);
        return signed;
    }

    /** From the secret, part by part of what it is used for. */
    private byte[] derived(String scope) {
        var derived = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
        for (var part : scope.split("/", -1)) {
            derived = mac(derived, part);
        }
        return derived;
    }

    private static String encoded(String path) {
        var encoded = new StringBuilder();
        for (var one : path.getBytes(StandardCharsets.UTF_8)) {
            var letter = (char) (one & 0xff);
            var isLetter = letter < 0x80 && Character.isLetterOrDigit(letter);
            if (isLetter || AS_IT_IS.indexOf(letter) >= 0) {
                encoded.append(letter);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return encoded.isEmpty() ? "/" : encoded.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] mac(byte[] secret, String words) {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            return mac.doFinal(words.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }
}
