package dev.elevo.platform.microvm;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Where the service is.
 *
 * @param endpoint instead of the region's own ({@code ELEVO_MICROVM_ENDPOINT}); empty on AWS
 * @param region to sign for
 * @param rates how often a process calls, where the account may more than usual ({@code ELEVO_MICROVM_RATES})
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
record MicrovmConfiguration(
        @Value("${elevo.microvm.endpoint:}") String endpoint,
        @Value("${aws.region:us-east-1}") String region,
        @Value("${elevo.microvm.rates:}") String rates) {

    String url() {
        return endpoint.isBlank() ? "https://lambda." + region + ".amazonaws.com" : endpoint;
    }

    Map<RatedCall, Integer> perSecond() {
        return RatedCall.rates(rates);
    }
}
