package dev.elevo.platform.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment sets of the pipeline.
 *
 * @param docUrl where errors are explained; {@code /<code>} is appended
 * @param corsOrigins origins whose pages may call; {@code *} is any
 * @param maxBodyBytes the largest body taken; a function platform bounds it anyway, and this one says so in our words
 */
@ConfigurationProperties("elevo")
record HttpConfiguration(
        @Nullable String docUrl,
        @Bindable(defaultValue = "*") List<String> corsOrigins,
        @Bindable(defaultValue = "6291456") int maxBodyBytes) {}
