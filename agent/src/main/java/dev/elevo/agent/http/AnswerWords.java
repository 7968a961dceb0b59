package dev.elevo.agent.http;

import dev.elevo.contract.agent.AgentPaths;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.List;

/** Says in the answer that it is the last, and what the request asks to be said there, see {@link AgentPaths#ANSWER_HEADER}. */
final class AnswerWords extends ChannelDuplexHandler {
    private List<String> words = List.of();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            words = request.headers().getAll(AgentPaths.ANSWER_HEADER);
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            // One exchange to a connection that was handed over; who keeps it for another must know.
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            for (var word : words) {
                var colon = word.indexOf(": ");
                response.headers().set(word.substring(0, colon), word.substring(colon + 2));
            }
        }
        super.write(context, message, promise);
    }
}
