package dev.elevo.s3;

import dev.elevo.contract.Late;
import java.util.function.Supplier;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/** The connections of a client of the SDK, made for the first request or before Lambda's snapshot: most first answers ask no bucket. */
public final class LateHttp implements SdkHttpClient, Resource {
    private final Late<SdkHttpClient> apache;

    LateHttp(Supplier<SdkHttpClient> making) {
        apache = new Late<>(making, SdkHttpClient::close);
        // The context does not keep it; whoever sends by it does.
        Core.getGlobalContext().register(this);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** In the form in which the SDK gives its own defaults to it. */
    public static final class Builder implements SdkHttpClient.Builder<Builder> {
        private Builder() {}

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new LateHttp(() -> ApacheHttpClient.builder().buildWithDefaults(defaults));
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return apache.get()
                .orElseThrow(() -> new IllegalStateException("its client is closed"))
                .prepareRequest(request);
    }

    @Override
    public String clientName() {
        return ApacheHttpClient.CLIENT_NAME;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        apache.get();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    @Override
    public void close() {
        apache.close();
    }
}
