package dev.elevo.localstack.microvm;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signature Version 4 as a service checks it, in the header or in the address, for the one key that there is or for one that was given away. */
final class Signature {
    static final String KEY_ID = "AKIDEXAMPLE";
    static final String SECRET = "a-secret-that-only-the-tests-know";

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private Signature() {}

    /** Who signs; what he is called stands in the request. */
    record Signer(String id, String secret) {
        static final Signer FUNCTION = new Signer(KEY_ID, SECRET);
    }

    /**
     * Of a service other than S3: those sign a path that is encoded once more.
     *
     * @param header the value of a header by its name in small letters; null where there is none
     */
    static boolean isGood(
            Signer signer,
            String service,
            String method,
            URI target,
            Function<String, @Nullable String> header,
            byte[] body) {
        var authorization = Objects.requireNonNullElse(header.apply("authorization"), "");
        var scope = fields(authorization).getOrDefault("Credential", "");
        return scope.endsWith("/" + service + "/aws4_request")
                && isGoodHeader(
                        signer,
                        method,
                        encode(target.getRawPath()).replace("%2F", "/"),
                        Map.of(),
                        header,
                        authorization,
                        body);
    }

    /** The id of the key with which a request says it is signed. */
    static String signerId(Function<String, @Nullable String> header) {
        var scope = fields(Objects.requireNonNullElse(header.apply("authorization"), ""))
                .getOrDefault("Credential", "");
        return scope.substring(0, Math.max(0, scope.indexOf('/')));
    }

    /** @param header the value of a header by its name in small letters; null where there is none */
    static boolean isGood(String method, URI target, Function<String, @Nullable String> header, byte[] body) {
        var query = query(target);
        var authorization = header.apply("authorization");
        return authorization == null
                ? isGoodAddress(method, target, query, header)
                : isGoodHeader(Signer.FUNCTION, method, target.getRawPath(), query, header, authorization, body);
    }

    private static boolean isGoodHeader(
            Signer signer,
            String method,
            String path,
            Map<String, String> query,
            Function<String, @Nullable String> header,
            String authorization,
            byte[] body) {
        var fields = fields(authorization);
        var scope = fields.getOrDefault("Credential", "");
        var signed = List.of(fields.getOrDefault("SignedHeaders", "").split(";"));
        if (!authorization.startsWith(ALGORITHM + " ")
                || !scope.startsWith(signer.id() + "/")
                || !signed.contains("host")) {
            return false;
        }
        var claimed = header.apply("x-amz-content-sha256");
        var hash = claimed == null ? sha256(body) : claimed;
        if (!hash.equals(sha256(body)) && !hash.equals("UNSIGNED-PAYLOAD")) {
            return false;
        }
        var date = Objects.requireNonNullElse(header.apply("x-amz-date"), "");
        var canonical = canonical(method, path, query, header, signed, hash);
        return matches(signer.secret(), fields.getOrDefault("Signature", ""), date, scope, canonical);
    }

    private static boolean isGoodAddress(
            String method, URI target, Map<String, String> query, Function<String, @Nullable String> header) {
        var rest = new HashMap<>(query);
        var signature = rest.remove("X-Amz-Signature");
        var scope = query.getOrDefault("X-Amz-Credential", "");
        if (signature == null || !scope.startsWith(KEY_ID + "/")) {
            return false;
        }
        var signed = List.of(query.getOrDefault("X-Amz-SignedHeaders", "").split(";"));
        var canonical = canonical(method, target.getRawPath(), rest, header, signed, "UNSIGNED-PAYLOAD");
        return matches(SECRET, signature, query.getOrDefault("X-Amz-Date", ""), scope, canonical);
    }

    private static String canonical(
            String method,
            String path,
            Map<String, String> query,
            Function<String, @Nullable String> header,
            List<String> signed,
            String hash) {
        var words = new TreeMap<String, String>();
        query.forEach((name, value) -> words.put(encode(name), encode(value)));
        var line = new ArrayList<String>();
        words.forEach((name, value) -> line.add(name + "=" + value));
        var headers = new StringBuilder();
        for (var name : signed) {
            headers.append(name)
                    .append(':')
                    .append(Objects.requireNonNullElse(header.apply(name), "").strip())
                    .append('\n');
        }
        return String.join("\n", method, path, String.join("&", line), headers, String.join(";", signed), hash);
    }

    private static boolean matches(String secret, String signature, String date, String scope, String canonical) {
        var parts = scope.split("/", -1);
        if (parts.length != 5) {
            return false;
        }
        var where = String.join("/", Arrays.asList(parts).subList(1, 5));
        var words = String.join("\n", ALGORITHM, date, where, sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        var key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (var part : List.of(parts[1], parts[2], parts[3], parts[4])) {
            key = mac(key, part);
        }
        return signature.equals(HexFormat.of().formatHex(mac(key, words)));
    }

    private static Map<String, String> fields(String authorization) {
        var fields = new HashMap<String, String>();
        for (var field : authorization.substring(authorization.indexOf(' ') + 1).split(",\\s*")) {
            var equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    static Map<String, String> query(URI target) {
        var found = new HashMap<String, String>();
        if (target.getRawQuery() != null) {
            for (var part : target.getRawQuery().split("&")) {
                var equals = part.indexOf('=');
                var name = equals < 0 ? part : part.substring(0, equals);
                found.put(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1)));
            }
        }
        return found;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] mac(byte[] key, String words) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(words.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
