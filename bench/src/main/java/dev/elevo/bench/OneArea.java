package dev.elevo.bench;

import dev.elevo.functions.volumes.VolumesFunction;
import dev.elevo.platform.lambda.Surroundings;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;

/** An area as it runs in the local run, for what all of them have: their stores are made as they always are. */
final class OneArea implements AutoCloseable {
    private final VolumesFunction function;

    OneArea(StateServer state) throws GeneralSecurityException {
        var signingKey =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        var properties = new HashMap<String, Object>();
        properties.put("ELEVO_TABLE", state.configuration().table());
        properties.put("ELEVO_SANDBOX_TABLE", state.configuration().sandboxTable());
        properties.put("ELEVO_DYNAMODB_ENDPOINT", state.configuration().endpoint());
        properties.put("ELEVO_AGENT_URL", "http://127.0.0.1:1");
        properties.put("ELEVO_AGENT_SIGNING_KEY", Base64.getEncoder().encodeToString(signingKey.getEncoded()));
        properties.put("ELEVO_JWT_SECRET", "s".repeat(64));
        properties.put("ELEVO_CURSOR_SECRET", "c".repeat(64));
        function = new VolumesFunction(new Surroundings(properties, List.of(state.client())));
    }

    <T> T bean(Class<T> type) {
        return function.context().getBean(type);
    }

    @Override
    public void close() {
        function.close();
    }
}
