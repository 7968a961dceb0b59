package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.testing.InMemoryKeys;
import dev.elevo.platform.testing.SettableClock;
import io.micronaut.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A token is worth what the key is worth by which it was got. */
class OneUseTokensTest {
    private static final String KEY = "ewk_" + "k".repeat(43);
    private static final String PATH = "/api/v1/sandboxes/sbx-1/console/ws";
    private static final Principal CALLER = new Principal("acme", "ann", "key-1", List.of("*"), Principal.Kind.API_KEY);

    private final SettableClock clock = new SettableClock();
    private final InMemoryKeys keys = new InMemoryKeys();
    private final OneUseStore store = new InMemoryStore(new HashMap<>());
    private final OneUseTokens tokens = new OneUseTokens(
            () -> store,
            new KeyVerifier(new IdentityConfiguration(null, null, null, null, null), keys, keyId -> {}, clock),
            clock);

    @Test
    void it_opens_one_door_once() {
        keys.put(KEY, key(false));
        var token = new Credential.Key(issue());

        assertThat(tokens.redeem(token, PATH).keyId()).isEqualTo("key-1");
        assertThatThrownBy(() -> tokens.redeem(token, PATH)).isInstanceOf(ApiException.class);
    }

    @Test
    void it_is_worth_nothing_when_the_key_has_been_revoked() {
        keys.put(KEY, key(false));
        var token = new Credential.Key(issue());
        keys.put(KEY, key(true));

        assertThatThrownBy(() -> tokens.redeem(token, PATH))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.INVALID_TOKEN));
    }

    private String issue() {
        var request = HttpRequest.GET("/api/v1/sandboxes/sbx-1/console").header("X-API-Key", KEY);
        return tokens.issue(request, CALLER, "sandbox:exec", PATH).text();
    }

    private static ApiKey key(boolean revoked) {
        return new ApiKey("key-1", "acme", "ann", List.of("*"), null, revoked, RateLimits.NONE);
    }

    private record InMemoryStore(Map<String, Grant> grants) implements OneUseStore {
        @Override
        public void add(String hash, Grant grant) {
            grants.put(hash, grant);
        }

        @Override
        public Optional<Grant> take(String hash) {
            return Optional.ofNullable(grants.remove(hash));
        }
    }
}
