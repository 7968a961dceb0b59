package dev.elevo.functions.admin;

import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.keys.DynamoApiKeyStore;
import dev.elevo.platform.keys.DynamoStandings;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DynamoDevices;
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
    private final DeviceTable devices;
    private final DynamoDevices deviceItems;

    StateTableProjector(
            Database database,
            KeyTable keys,
            OrganizationTable organizations,
            DynamoApiKeyStore keyItems,
            DynamoStandings standings,
            DeviceTable devices,
            DynamoDevices deviceItems) {
        this.database = database;
        this.keys = keys;
        this.organizations = organizations;
        this.keyItems = keyItems;
        this.standings = standings;
        this.devices = devices;
        this.deviceItems = deviceItems;
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
            case DEVICES -> write(DeviceOwner.read(subject.id()));
        }
    }

    private void write(DeviceOwner owner) {
        // The version first: a list that is newer than it says does no harm, an older one would.
        var version = database.read(() -> devices.version(owner));
        var owned = database.read(() -> devices.list(owner.organizationId(), owner.userId())).stream()
                .map(device -> new Device(device.id(), device.platform(), device.token()))
                .toList();
        deviceItems.save(owner.organizationId(), owner.userId(), owned, version);
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
