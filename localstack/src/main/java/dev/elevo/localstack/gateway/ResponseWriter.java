package dev.elevo.localstack.gateway;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/** Writes the answers to what the reader beside it has read: one to HEAD ends where its body would begin. */
final class ResponseWriter extends HttpResponseEncoder {
    private final RequestReader reader;

    ResponseWriter(RequestReader reader) {
        this.reader = reader;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        var isInterim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        var toHead = !isInterim && HttpMethod.HEAD.equals(reader.takeAnswered());
        return toHead || super.isContentAlwaysEmpty(response);
    }
}
