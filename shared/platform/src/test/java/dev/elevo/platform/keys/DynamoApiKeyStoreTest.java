package dev.elevo.platform.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.testing.DynamoDbLocal;
import dev.elevo.platform.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;

final class DynamoApiKeyStoreTest {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private final SettableClock clock = new SettableClock();
    private final DynamoApiKeyStore store = instance();
    private final DynamoApiKeyStore otherInstance = instance();
    private final String sha256 = UUID.randomUUID().toString();

    @Test
    void a_key_comes_back_as_it_was_saved() {
        var key = new ApiKey(
                "key-abcdefghijkl",
                "org",
                "ann",
                List.of("sandbox:*", "files:read"),
                Instant.parse("2027-01-01T00:00:00.123456789Z"),
                false,
                new RateLimits(Map.of(RateClass.EXEC, 600, RateClass.SANDBOX_CREATE, 1)));

        store.save(sha256, key, 1);

        assertThat(otherInstance.find(sha256)).contains(key);
    }

    @Test
    void a_key_without_scopes_limits_and_end_comes_back_too() {
        var key = key(false);

        store.save(sha256, key, 1);

        assertThat(otherInstance.find(sha256)).contains(key);
    }

    @Test
    void a_hash_nobody_saved_is_no_key() {
        assertThat(store.find(sha256)).isEmpty();
    }

    @Test
    void a_revocation_is_in_force_at_once_here_and_everywhere_when_what_is_remembered_has_aged() {
        store.save(sha256, key(false), 1);
        assertThat(otherInstance.find(sha256)).contains(key(false));

        store.save(sha256, key(true), 2);

        assertThat(store.find(sha256)).contains(key(true));
        clock.advance(REMEMBERED.minusMillis(1));
        assertThat(otherInstance.find(sha256)).contains(key(false));
        clock.advance(Duration.ofMillis(1));
        assertThat(otherInstance.find(sha256)).contains(key(true));
    }

    @Test
    void whoever_comes_late_with_what_was_changes_nothing() {
        store.save(sha256, key(true), 2);

        otherInstance.save(sha256, key(false), 1);

        assertThat(otherInstance.find(sha256)).contains(key(true));
    }

    @Test
    void a_new_key_is_known_where_it_was_unknown_when_that_has_aged() {
        assertThat(otherInstance.find(sha256)).isEmpty();
        store.save(sha256, key(false), 1);

        assertThat(otherInstance.find(sha256)).isEmpty();
        clock.advance(REMEMBERED);
        assertThat(otherInstance.find(sha256)).contains(key(false));
    }

    private static ApiKey key(boolean revoked) {
        return new ApiKey("key-abcdefghijkl", "org", "ann", List.of(), null, revoked, RateLimits.NONE);
    }

    private DynamoApiKeyStore instance() {
        var client = DynamoDbEnhancedClient.builder()
                .dynamoDbClient(DynamoDbLocal.shared().client())
                .build();
        return new DynamoApiKeyStore(client, TABLE, new KeyCacheConfiguration((int) REMEMBERED.toMillis()), clock);
    }
}
