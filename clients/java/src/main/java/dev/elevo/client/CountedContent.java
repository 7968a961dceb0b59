package dev.elevo.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** Content on its way, from its beginning each time it is sent. */
final class CountedContent implements BodyPublisher {
    private final BodyPublisher content;
    private final Progress progress;

    CountedContent(BodyPublisher content, Progress progress) {
        this.content = content;
        this.progress = progress;
    }

    @Override
    public long contentLength() {
        return content.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> network) {
        content.subscribe(new Flow.Subscriber<>() {
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
