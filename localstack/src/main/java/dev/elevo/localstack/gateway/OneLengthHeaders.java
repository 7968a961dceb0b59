package dev.elevo.localstack.gateway;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;

/** The headers of a request as they are read. The decoder would believe the first of two lengths where the version is 1.0. */
final class OneLengthHeaders extends DefaultHttpHeaders {
    static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return new OneLengthHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return new OneLengthHeaders();
        }
    };

    private static final DefaultHttpHeadersFactory RULES = DefaultHttpHeadersFactory.headersFactory();

    private OneLengthHeaders() {
        super(RULES.getNameValidator(), RULES.getValueValidator());
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                && (contains(name) || value.toString().indexOf(',') >= 0)) {
            throw new IllegalArgumentException("more than one length");
        }
        return super.add(name, value);
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }
}
