package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.platform.http.RawRequest;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.aws.proxy.ApiGatewayServletRequest;
import io.micronaut.http.CaseInsensitiveMutableHttpHeaders;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpParameters;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.Cookies;
import io.micronaut.http.simple.SimpleHttpParameters;
import io.micronaut.http.simple.cookies.SimpleCookies;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletHttpResponse;
import io.micronaut.web.router.RouteAttributes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A payload-2.0 event as a request. The library's own class cuts query values at commas, loses cookies, knows no client
 * address, and its neighbours trust the header {@code x-amzn-oidc-identity}.
 */
final class GatewayRequest<B> extends ApiGatewayServletRequest<B, APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>
        implements RawRequest {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRequest.class);
    private static final byte[] NO_BODY = {};
    private static final byte[] EMPTY_OBJECT = {'{', '}'};
    /** Set by a load balancer that has authenticated the user; nothing in front of us does, so only a forger sends them. */
    private static final String FORGED_IDENTITY = "x-amzn-oidc-";

    private final GatewayResponse<Object> response;
    private final QueryString query;
    private final MutableHttpHeaders headers;
    private final MutableHttpParameters parameters;
    private final String methodName;
    private byte @Nullable [] body;

    GatewayRequest(
            APIGatewayV2HTTPEvent event,
            GatewayResponse<Object> response,
            ConversionService conversionService,
            BodyBuilder bodyBuilder) {
        super(
                conversionService,
                event,
                Targets.uri(event.getRawPath(), event.getRawQueryString()),
                parseMethod(() -> event.getRequestContext().getHttp().getMethod()),
                LOG,
                bodyBuilder);
        this.response = response;
        this.query = QueryString.parse(event.getRawQueryString());
        this.headers = headers(event, conversionService);
        this.parameters = new SimpleHttpParameters(query.parameters(), conversionService);
        this.methodName = event.getRequestContext().getHttp().getMethod();
    }

    private static MutableHttpHeaders headers(APIGatewayV2HTTPEvent event, ConversionService conversionService) {
        // Not checked for illegal characters: who sends some gets an answer, not a failed invocation.
        var headers = new CaseInsensitiveMutableHttpHeaders(false, conversionService);
        if (event.getHeaders() != null) {
            event.getHeaders().forEach((name, value) -> {
                if (!name.toLowerCase(Locale.ROOT).startsWith(FORGED_IDENTITY)) {
                    headers.add(name, value);
                }
            });
        }
        if (event.getCookies() != null && !event.getCookies().isEmpty()) {
            headers.add(HttpHeaders.COOKIE, String.join("; ", event.getCookies()));
        }
        return headers;
    }

    @Override
    public MutableHttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public Cookies getCookies() {
        var cookies = new SimpleCookies(conversionService);
        if (requestEvent.getCookies() != null) {
            for (var pair : requestEvent.getCookies()) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    var name = pair.substring(0, equals);
                    cookies.put(name, Cookie.of(name, pair.substring(equals + 1)));
                }
            }
        }
        return cookies;
    }

    @Override
    public MutableHttpParameters getParameters() {
        return parameters;
    }

    @Override
    public boolean hasReadableQuery() {
        return query.wellFormed();
    }

    /** What a client prefers changes nothing here, so it cannot make a request fail either. */
    @Override
    public Collection<MediaType> accept() {
        return List.of();
    }

    @Override
    public String getMethodName() {
        return methodName;
    }

    @Override
    public String remoteAddress() {
        var sourceIp = requestEvent.getRequestContext().getHttp().getSourceIp();
        return sourceIp == null ? "unknown" : sourceIp;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(remoteAddress()), 0);
        } catch (IllegalArgumentException e) {
            return InetSocketAddress.createUnresolved(remoteAddress(), 0);
        }
    }

    /** The gateway in front ends TLS; it accepts nothing else. */
    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public byte[] rawBody() {
        if (body == null) {
            var text = requestEvent.getBody();
            if (text == null || text.isEmpty()) {
                body = NO_BODY;
            } else if (requestEvent.getIsBase64Encoded()) {
                body = Base64.getDecoder().decode(text);
            } else {
                body = text.getBytes(StandardCharsets.UTF_8);
            }
        }
        return body;
    }

    @Override
    public long getContentLength() {
        return rawBody().length;
    }

    @Override
    public byte[] getBodyBytes() throws EmptyBodyException {
        if (rawBody().length == 0) {
            throw new EmptyBodyException();
        }
        return rawBody();
    }

    /** No body equals {@code {}}: where every field is optional it is enough, and where one is required it is missed by name. */
    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(rawBody().length == 0 && takesJson() ? EMPTY_OBJECT : rawBody());
    }

    private boolean takesJson() {
        return getContentType().map(MediaType.APPLICATION_JSON_TYPE::equals).orElse(true)
                && RouteAttributes.getRouteInfo(this)
                        .map(route -> route.getConsumes().isEmpty()
                                || route.getConsumes().contains(MediaType.APPLICATION_JSON_TYPE))
                        .orElse(false);
    }

    @Override
    public ServletHttpResponse<APIGatewayV2HTTPResponse, ?> getResponse() {
        return response;
    }
}
