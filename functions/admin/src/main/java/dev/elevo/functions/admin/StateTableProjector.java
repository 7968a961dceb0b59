package dev.elevo.functions.admin;

import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.keys.DynamoApiKeyStore;
import dev.elevo.platform.keys.DynamoStandings;
import jakarta.inject.Singleton;
import java.util.Set;

/** Every row has a version, and the table refuses an older one: two who write at the same time cannot bring a revoked key back. */
@Singleton
class StateTableProjector implements Projector {
    private final Database database;
    private final KeyTable keys;
    private final OrganizationTable organizations;
    private final DynamoApiKeyStore keyItems;
    private final DynamoStandings standings;

    StateTableProjector(
            Database database,
            KeyTable keys,
            OrganizationTable organizations,
            DynamoApiKeyStore keyItems,
            DynamoStandings standings) {
        this.database = database;
        this.keys = keys;
        this.organizations = organizations;
        this.keyItems = keyItems;
        this.standings = standings;
    }

    @Override
    public void project(Subject subject) {
        switch (subject.kind()) {
            case KEY -> database.read(() -> keys.find(subject.id())).ifPresent(this::write);
            case ORGANIZATION ->
                database.read(() -> organizations
                                .find(subject.id())
                                .map(found ->
                                        new Organized(found, Set.copyOf(organizations.disabledNames(subject.id())))))
                        .ifPresent(this::write);
        }
    }

    private record Organized(Organization organization, Set<String> disabledNames) {}

    private void write(Key key) {
        keyItems.save(
                key.sha256(),
                new ApiKey(
                        key.id(),
                        key.organizationId(),
                        key.userId(),
                        key.permissions(),
                        key.expiresAt(),
                        key.revokedAt() != null,
                        Limited.read(key.limits())),
                key.version());
    }

    private void write(Organized found) {
        var organization = found.organization();
        standings.save(
                organization.id(),
                new Standing(
                        organization.disabledAt() != null,
                        found.disabledNames(),
                        organization.maxSandboxes(),
                        organization.maxVolumes(),
                        organization.maxSnapshots(),
                        Limited.read(organization.limits())),
                organization.version());
    }
}
