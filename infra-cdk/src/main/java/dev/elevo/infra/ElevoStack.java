package dev.elevo.infra;

import static java.util.Objects.requireNonNull;

import dev.elevo.contract.Area;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** One deployment of Elevo: its state, its secrets, a function per area and the API in front of them. */
final class ElevoStack extends Stack {

    /** @param hasWayOut whether requests can be forwarded to servers on the Internet */
    ElevoStack(Construct scope, FunctionPackages packages, boolean hasWayOut) {
        super(scope, "Elevo");

        var state = new StateStore(this);
        var push = new PushProviders(this);
        var settings = new Settings(this, state, push);
        var people = new PeopleStore(this, hasWayOut);
        var artifacts = new ArtifactBucket(this);
        var functions = new EnumMap<Area, DeployedArea>(Area.class);
        for (var area : Area.values()) {
            var streams = area.streams().isEmpty() ? Optional.<StreamEntry>empty() : Optional.of(streams(area));
            var itsPeople = area == Area.ADMIN ? Optional.of(people) : Optional.<PeopleStore>empty();
            var itsArtifacts = area == Area.RUNS ? Optional.of(artifacts) : Optional.<ArtifactBucket>empty();
            functions.put(
                    area,
                    new DeployedArea(this, area, packages.of(area), state, settings, streams, itsPeople, itsArtifacts));
        }
        // Changes of sandboxes, connections that wait for them, and what is to be told on devices.
        var sandboxes = requireNonNull(functions.get(Area.SANDBOXES));
        sandboxes.listenTo(state, List.of("OUTBOX#", "STREAM#events#", "PUSH#"));
        push.grantUse(sandboxes.role());
        // Lines of runs, and connections that wait for them.
        requireNonNull(functions.get(Area.RUNS)).listenTo(state, List.of("RUNLOG#", "STREAM#runlog#"));
        var api = new HttpEntry(this, functions);

        CfnOutput.Builder.create(this, "Url").value(api.url()).build();
        CfnOutput.Builder.create(this, "TableName")
                .value(state.table().getTableName())
                .build();
    }

    private StreamEntry streams(Area area) {
        var entry = new StreamEntry(this, area);
        CfnOutput.Builder.create(this, "StreamsUrl " + area.areaName())
                .value(entry.url())
                .build();
        return entry;
    }
}
