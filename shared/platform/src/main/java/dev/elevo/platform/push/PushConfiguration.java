package dev.elevo.platform.push;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * By whom devices are told something.
 *
 * @param android ARN of the platform application of SNS for Firebase ({@code ELEVO_PUSH_ANDROID}); empty for none
 * @param ios the same for Apple's service ({@code ELEVO_PUSH_IOS})
 * @param recorded whether without either it is written down what would have been sent ({@code ELEVO_PUSH_RECORDED})
 * @param endpoint instead of the region's own SNS ({@code ELEVO_PUSH_ENDPOINT})
 */
@Singleton
public record PushConfiguration(
        @Value("${elevo.push.android:}") String android,
        @Value("${elevo.push.ios:}") String ios,
        @Value("${elevo.push.recorded:false}") boolean recorded,
        @Value("${elevo.push.endpoint:}") String endpoint) {
    /** Nobody is told anything. */
    public static final PushConfiguration NONE = new PushConfiguration("", "", false, "");

    public boolean hasProviders() {
        return !android.isBlank() || !ios.isBlank();
    }

    /** Whether anything comes of what is told. */
    public boolean isOfUse() {
        return hasProviders() || recorded;
    }

    public Optional<String> application(DevicePlatform platform) {
        return Optional.of(
                        switch (platform) {
                            case ANDROID -> android;
                            case IOS -> ios;
                        })
                .filter(arn -> !arn.isBlank());
    }
}
