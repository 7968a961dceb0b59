package dev.elevo.agent.workspace;

import dev.elevo.contract.Late;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What is behind addresses that allow one thing each: nothing else is known of it, no name and no key. */
@Singleton
final class Store {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * Of one part, or of the beginning of an answer. Where the machine slept in between nobody is at the other end any more, and the
     * part is sent again while its address lives.
     */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int TRIES = 4;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final int OK = 200;
    private static final int SERVER_ERRORS = 500;
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 429);

    /** The connections of before a suspension are dead: each transfer opens its own. */
    private final Late<HttpClient> client = new Late<>(
            () -> HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build(),
            HttpClient::shutdownNow);

    private record Answer(int status, String etag) {
        boolean isLast() {
            return status < SERVER_ERRORS && !WORTH_ANOTHER_TRY.contains(status);
        }
    }

    /** Returns the store's own word for the part. The file is there as long as it takes, so that a part can be sent again. */
    String put(URI to, Path part) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                var answer = send(to, part);
                if (answer.status() == OK) {
                    return answer.etag();
                }
                if (answer.isLast() || attempt == TRIES) {
                    throw new UnreachableException("a part was refused with " + answer.status());
                }
            } catch (UnreachableException refused) {
                throw refused;
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw new UnreachableException("a part was not taken", e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << attempt);
        }
    }

    private Answer send(URI to, Path part) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(to)
                .timeout(LONGEST)
                .PUT(BodyPublishers.ofFile(part))
                .build();
        var response = client().send(request, BodyHandlers.discarding());
        return new Answer(
                response.statusCode(), response.headers().firstValue("ETag").orElse(""));
    }

    /** What breaks off later is an {@link UnreachableException} too. */
    InputStream get(URI from) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(from).timeout(LONGEST).build();
        try {
            var response = client().send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() == OK) {
                return new Broken(response.body());
            }
            response.body().close();
            throw new UnreachableException("the files were refused with " + response.statusCode());
        } catch (UnreachableException refused) {
            throw refused;
        } catch (IOException e) {
            throw new UnreachableException("the files were not given", e);
        }
    }

    private static final class Broken extends FilterInputStream {
        Broken(InputStream body) {
            super(body);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new UnreachableException("the files broke off", e);
            }
        }
    }

    @PreDestroy
    void close() {
        client.close();
    }

    private HttpClient client() throws IOException {
        return client.get().orElseThrow(() -> new IOException("nothing is transferred any more"));
    }
}
