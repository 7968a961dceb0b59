package dev.elevo.platform.testing;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a payload-2.0 event the way the gateway does: header names in lower case, the path decoded, the query not. */
public final class Events {
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<String> cookies = new ArrayList<>();
    private String sourceIp = "198.51.100.7";
    private @Nullable String body;
    private boolean base64;

    private Events(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
    }

    public static Events get(String target) {
        return new Events("GET", target);
    }

    public static Events of(String method, String target) {
        return new Events(method, target);
    }

    public static Events post(String target, String json) {
        return new Events("POST", target)
                .header("content-type", "application/json")
                .body(json);
    }

    public Events header(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    public Events bearer(String token) {
        return header("authorization", "Bearer " + token);
    }

    public Events cookie(String cookie) {
        cookies.add(cookie);
        return this;
    }

    public Events from(String address) {
        sourceIp = address;
        return this;
    }

    public Events body(String text) {
        body = text;
        return this;
    }

    public Events body(byte[] bytes) {
        body = Base64.getEncoder().encodeToString(bytes);
        base64 = true;
        return this;
    }

    public APIGatewayV2HTTPEvent event() {
        return APIGatewayV2HTTPEvent.builder()
                .withVersion("2.0")
                .withRouteKey("$default")
                .withRawPath(path)
                .withRawQueryString(query)
                .withHeaders(headers)
                .withCookies(cookies.isEmpty() ? null : cookies)
                .withBody(body)
                .withIsBase64Encoded(base64)
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(method)
                                .withPath(path)
                                .withProtocol("HTTP/1.1")
                                .withSourceIp(sourceIp)
                                .build())
                        .build())
                .build();
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
