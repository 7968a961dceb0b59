package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elevo.contract.Area;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * What the deployed function of an area finds in its environment: what is named there makes parts of it that cost time and memory. A
 * test compares the names with those of the stack.
 */
final class ColdEnvironment {
    static final String KEY = "ewk_" + "c".repeat(43);

    private static final String IMAGES =
            "base/1024=arn:aws:lambda:us-east-1:000000000000:microvm-image:elevo-base-1024@1.0,"
                    + "base/4096=arn:aws:lambda:us-east-1:000000000000:microvm-image:elevo-base-4096@1.0";

    private ColdEnvironment() {}

    static Map<String, String> of(Area area, DynamoConfiguration tables, Map<String, String> people)
            throws GeneralSecurityException {
        var environment = new HashMap<String, String>();
        environment.put("ELEVO_TABLE", tables.table());
        environment.put("ELEVO_SANDBOX_TABLE", tables.sandboxTable());
        environment.put("ELEVO_JWT_SECRET", "s".repeat(64));
        environment.put("ELEVO_CURSOR_SECRET", "c".repeat(64));
        if (area != Area.DOCS) {
            environment.put("ELEVO_BOOTSTRAP_KEY_SHA256", hash(KEY));
            environment.put("ELEVO_AGENT_SIGNING_KEY", signingKey());
            environment.put("ELEVO_ENGINE", "microvm");
            environment.put("ELEVO_MICROVM_IMAGES", IMAGES);
        }
        if (!area.streams().isEmpty()) {
            environment.put("ELEVO_CONNECTIONS_URL", "http://127.0.0.1:1");
        }
        environment.putAll(ofItsOwn(area, people));
        return environment;
    }

    private static Map<String, String> ofItsOwn(Area area, Map<String, String> people) {
        var files = Map.of("ELEVO_WORKSPACES_BUCKET", "bench");
        var streams = Map.of(
                "ELEVO_STREAMS_ROLE",
                "arn:aws:iam::000000000000:role/bench",
                "ELEVO_STREAMS_STAGE",
                "arn:aws:execute-api:us-east-1:000000000000:bench/live");
        return switch (area) {
            case SANDBOXES -> with(files, Map.of("ELEVO_EVENTS_BY", "stream"));
            case SNAPSHOTS -> files;
            case FILES -> with(files, streams);
            case PROCESS -> streams;
            case RUNS -> Map.of("ELEVO_BLOBS_BUCKET", "bench", "ELEVO_EVENTS_BY", "stream");
            case ADMIN -> people;
            case GIT, LSP, VOLUMES, DOCS -> Map.of();
        };
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        var both = new HashMap<>(some);
        both.putAll(more);
        return both;
    }

    private static String hash(String key) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII)));
    }

    private static String signingKey() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    }
}
