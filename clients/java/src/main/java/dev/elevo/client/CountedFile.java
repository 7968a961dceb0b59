package dev.elevo.client;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Flow;

/** A file on its way, from its beginning each time it is sent. */
final class CountedFile implements BodyPublisher {
    private final BodyPublisher file;
    private final Progress progress;

    CountedFile(Path file, Progress progress) throws FileNotFoundException {
        this.file = BodyPublishers.ofFile(file);
        this.progress = progress;
    }

    @Override
    public long contentLength() {
        return file.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> network) {
        file.subscribe(new Flow.Subscriber<>() {
            private long sent;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                progress.at(0, contentLength());
                network.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                sent += bytes.remaining();
                network.onNext(bytes);
                progress.at(sent, contentLength());
            }

            @Override
            public void onError(Throwable error) {
                network.onError(error);
            }

            @Override
            public void onComplete() {
                network.onComplete();
            }
        });
    }
}
