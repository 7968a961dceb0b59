package dev.elevo.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.RequestId;
import io.micronaut.serde.ObjectMapper;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NothingElseTest {
    private final EmbeddedChannel client = new EmbeddedChannel(new NothingElse(ObjectMapper.getDefault()));

    private FullHttpResponse answerTo(String requestId) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PATCH, "/nowhere");
        request.headers().set(RequestId.HEADER, requestId);
        client.writeInbound(request);
        return client.readOutbound();
    }

    @Test
    void whoever_asks_for_what_nobody_has_is_told_so_by_the_name_he_gave_and_let_go() {
        var answer = answerTo("mine-1");

        assertThat(answer.status()).isEqualTo(HttpResponseStatus.BAD_REQUEST);
        assertThat(answer.headers().get(RequestId.HEADER)).isEqualTo("mine-1");
        assertThat(answer.content().toString(StandardCharsets.UTF_8))
                .contains("\"code\":9005", "\"requestId\":\"mine-1\"");
        assertThat(client.isOpen()).isFalse();
        answer.release();
    }

    @Test
    void a_name_that_could_be_anything_is_not_repeated() {
        var answer = answerTo("<script>");

        assertThat(answer.headers().get(RequestId.HEADER)).matches("req-[a-z0-9]{12}");
        assertThat(answer.content().toString(StandardCharsets.UTF_8)).doesNotContain("script");
        answer.release();
    }
}
