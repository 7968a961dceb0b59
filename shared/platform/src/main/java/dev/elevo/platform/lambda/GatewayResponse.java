package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.function.aws.proxy.AbstractServletHttpResponse;
import io.micronaut.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A response as payload 2.0 has it: one value per header name, cookies apart. The library's own class answers with
 * {@code multiValueHeaders}, which that payload does not know, and takes most binary types for text.
 */
final class GatewayResponse<B> extends AbstractServletHttpResponse<APIGatewayV2HTTPResponse, B> {

    /** Lambda's limit is 6,291,556 bytes; the rest is left to the headers. */
    private static final int ROOM = 6_200_000;

    private static final int ALWAYS_FITS = ROOM / 6;

    GatewayResponse(ConversionService conversionService, BinaryTypeConfiguration binaryTypes) {
        super(conversionService, binaryTypes);
    }

    /** Whether Lambda would not take it: there the body is a string of the answer's own JSON, as it is or in base64. */
    boolean isTooLarge() {
        return body.size() > ALWAYS_FITS
                && (isText() ? sizeInJson(body.toByteArray()) : (body.size() + 2L) / 3 * 4) > ROOM;
    }

    private static long sizeInJson(byte[] text) {
        long size = 0;
        for (var character : text) {
            size += character == '"' || character == '\\' ? 2 : character >= 0 && character < ' ' ? 6 : 1;
        }
        return size;
    }

    void discardBody() {
        body.reset();
    }

    boolean hasBody() {
        return body.size() > 0;
    }

    @Override
    public APIGatewayV2HTTPResponse getNativeResponse() {
        var single = new LinkedHashMap<String, String>();
        List<String> cookies = new ArrayList<>();
        for (var name : headers.names()) {
            var values = headers.getAll(name);
            if (name.equalsIgnoreCase(HttpHeaders.SET_COOKIE)) {
                cookies = values;
            } else if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                // The gateway counts for itself, and it counts the decoded body.
                single.put(name, String.join(",", values));
            }
        }
        var bytes = body.toByteArray();
        // What would be too large as a string of JSON may yet fit in base64.
        var text = isText() && !isTooLarge() ? decoded(bytes) : null;
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status)
                .withHeaders(single)
                .withCookies(cookies)
                .withIsBase64Encoded(text == null && bytes.length > 0)
                .withBody(text == null ? Base64.getEncoder().encodeToString(bytes) : text)
                .build();
    }

    /** By hand: the type may be another server's nonsense, which is passed on and not read. */
    private boolean isText() {
        var said = headers.get(HttpHeaders.CONTENT_TYPE);
        if (said == null) {
            return false;
        }
        var type = said.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || type.endsWith("/json")
                || type.endsWith("/xml")
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }

    /** Null when it is no UTF-8, whatever its type says: as text it would arrive changed. */
    private static @Nullable String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
