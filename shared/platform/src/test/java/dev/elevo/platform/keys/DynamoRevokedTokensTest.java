package dev.elevo.platform.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.DynamoDbLocal;
import dev.elevo.platform.testing.SettableClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;

final class DynamoRevokedTokensTest {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();
    private static final Duration LEEWAY_OF_TOKENS = Duration.ofSeconds(30);

    private final SettableClock clock = new SettableClock();
    private final DynamoRevokedTokens revoked = instance();
    private final DynamoRevokedTokens otherInstance = instance();
    private final String jti = UUID.randomUUID().toString();

    @Test
    void a_token_is_revoked_at_once_here_and_within_a_second_everywhere() {
        assertThat(otherInstance.contains(jti)).isFalse();

        revoked.add(jti, clock.instant().plusSeconds(3600));

        assertThat(revoked.contains(jti)).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(otherInstance.contains(jti)).isTrue();
    }

    @Test
    void other_tokens_are_not_revoked() {
        revoked.add(jti, clock.instant().plusSeconds(3600));

        assertThat(revoked.contains(jti + "2")).isFalse();
    }

    /** A token is taken a little after its end; a revocation the table forgot at that end would bring it back to life. */
    @Test
    void a_revocation_outlives_the_leeway_of_the_token() {
        var expiresAt = clock.instant().plusSeconds(3600);

        revoked.add(jti, expiresAt);

        var item = DynamoDbLocal.shared()
                .client()
                .getItem(request -> request.tableName(TABLE.table()).key(Attributes.key("REVOKED#" + jti, "REVOKED")))
                .item();
        assertThat(Long.parseLong(Attributes.required(item, StateTable.TTL).n()))
                .isGreaterThan(expiresAt.plus(LEEWAY_OF_TOKENS).getEpochSecond());
    }

    private DynamoRevokedTokens instance() {
        var client = DynamoDbEnhancedClient.builder()
                .dynamoDbClient(DynamoDbLocal.shared().client())
                .build();
        return new DynamoRevokedTokens(client, TABLE, new KeyCacheConfiguration(1000), clock);
    }
}
