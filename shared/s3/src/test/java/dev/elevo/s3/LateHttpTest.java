package dev.elevo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

class LateHttpTest {
    private static final HttpExecuteRequest REQUEST = HttpExecuteRequest.builder()
            .request(SdkHttpRequest.builder()
                    .method(SdkHttpMethod.GET)
                    .uri(URI.create("http://127.0.0.1:1/"))
                    .build())
            .build();

    private final List<String> happened = new ArrayList<>();
    private final LateHttp http = new LateHttp(() -> {
        happened.add("made");
        return new Recorded(ApacheHttpClient.create());
    });

    @Test
    void it_is_made_for_the_first_request() {
        assertThat(happened).isEmpty();

        assertThat(http.prepareRequest(REQUEST)).isNotNull();
        assertThat(http.prepareRequest(REQUEST)).isNotNull();
        http.close();

        assertThat(happened).containsExactly("made", "prepared", "prepared", "closed");
        assertThatThrownBy(() -> http.prepareRequest(REQUEST)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_snapshot_has_it() {
        http.beforeCheckpoint(Core.getGlobalContext());

        assertThat(happened).containsExactly("made");
        http.close();
    }

    @Test
    void none_is_made_to_be_closed() {
        http.close();

        assertThat(happened).isEmpty();
    }

    private final class Recorded implements SdkHttpClient {
        private final SdkHttpClient real;

        Recorded(SdkHttpClient real) {
            this.real = real;
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            happened.add("prepared");
            return real.prepareRequest(request);
        }

        @Override
        public void close() {
            happened.add("closed");
            real.close();
        }
    }
}
