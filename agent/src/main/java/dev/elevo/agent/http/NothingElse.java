package dev.elevo.agent.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.serde.ObjectMapper;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the line for connections that were handed over: what nobody before has taken is refused. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class NothingElse extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(NothingElse.class);

    private final ObjectMapper json;

    NothingElse(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            LOG.warn("nobody takes {} {}", request.method(), request.decoderResult());
            var failure = new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request is not readable");
            PlainResponses.refuse(context, failure, request.headers(), json);
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Reception.GiverLeft) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that went away is none of our errors.
        if (!(cause instanceof IOException)) {
            LOG.error("a connection broke", cause);
        }
        context.close();
    }
}
