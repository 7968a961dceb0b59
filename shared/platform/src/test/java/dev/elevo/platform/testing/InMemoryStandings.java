package dev.elevo.platform.testing;

import dev.elevo.platform.identity.KeyUses;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.identity.Standings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was decided of organizations, and which keys were used. */
public final class InMemoryStandings implements Standings, KeyUses {
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private final Map<String, Integer> uses = new ConcurrentHashMap<>();

    @Override
    public Standing of(String organizationId) {
        return standings.getOrDefault(organizationId, Standing.USUAL);
    }

    public void put(String organizationId, Standing standing) {
        standings.put(organizationId, standing);
    }

    @Override
    public void note(String keyId) {
        uses.merge(keyId, 1, Integer::sum);
    }

    public int uses(String keyId) {
        return uses.getOrDefault(keyId, 0);
    }
}
