package dev.elevo.platform.streams;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Opens one connection of the local gateway. It can be made of the gateway's secret, and not the other way round. */
public final class ConnectionToken {
    private static final String ALGORITHM = "HmacSHA256";

    private ConnectionToken() {}

    public static String of(String gatewaySecret, String connectionId) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(gatewaySecret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            var proof = mac.doFinal(("connection|" + connectionId).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
