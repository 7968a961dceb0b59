package dev.elevo.platform.streams;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** Signs a call to a service of AWS as the role of this function, for the few calls that need no client of the SDK. */
public final class Signing {
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsProvider credentials;
    private final String service;
    private final String region;

    /** @param service by its name in signatures, such as {@code execute-api} */
    public Signing(AwsCredentialsProvider credentials, String service, String region) {
        this.credentials = credentials;
        this.service = service;
        this.region = region;
    }

    /** The headers that prove who calls. */
    public Map<String, List<String>> headers(String method, URI target, byte[] body) {
        var request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(target)
                .build();
        return signer.sign(sign -> sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request()
                .headers();
    }
}
