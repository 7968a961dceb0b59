package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** One deployment of Elevo: its state, its secrets, where sandboxes come from, a function per area and the door in front of them. */
final class ElevoStack extends Stack {

    ElevoStack(Construct scope, FunctionPackages packages, AgentImages images, Choices choices) {
        super(scope, "Elevo");
        // Under which all of it is found on the bill.
        Tags.of(this).add("app", "elevo");

        var encryption = new EncryptionKey(this);
        var state = new StateStore(this, choices.restored());
        var settings = new Settings(this, choices.wayOut());
        var people = new PeopleStore(this, choices.wayOut());
        var workspaces = new WorkspaceBucket(this, encryption);
        var streams = Stream.of(Area.values())
                .filter(area -> !area.streams().isEmpty())
                .map(area -> new StreamEntry(this, area))
                .toList();
        var provisions = new ArrayList<Provision>(List.of(
                settings,
                state,
                new PushProviders(this),
                people,
                new ArtifactBucket(this, encryption),
                workspaces,
                new Microvms(this, images, workspaces, choices)));
        provisions.addAll(streams);

        var functions = new EnumMap<Area, DeployedArea>(Area.class);
        for (var area : Area.values()) {
            var network = area == Area.ADMIN ? Optional.of(people) : Optional.<PeopleStore>empty();
            functions.put(area, new DeployedArea(this, area, packages.of(area), provisions, network));
        }
        streams.forEach(entry -> entry.leadTo(of(functions, entry.area())));
        // Changes of sandboxes, connections that wait for them, and what is to be told on devices.
        of(functions, Area.SANDBOXES).listenTo(state, List.of("OUTBOX#", "STREAM#events#", "PUSH#"));
        // Lines of runs, and connections that wait for them.
        of(functions, Area.RUNS).listenTo(state, List.of("RUNLOG#", "STREAM#runlog#"));

        var http = new HttpEntry(this, functions);
        var door = new FrontDoor(this, http, streams, settings);
        var areas = List.copyOf(functions.values());
        var signals = new Signals(this, of(functions, Area.SANDBOXES), of(functions, Area.ADMIN));
        var alarms = new Alarms(this, http, areas, signals, encryption);
        new Board(this, http, areas, signals, state);

        output("Url", door.url());
        output("DistributionDomain", door.distributionDomain());
        output("AlarmTopic", alarms.topicArn());
        output("TableName", state.table().getTableName());
        output("SandboxTableName", state.sandboxes().getTableName());
    }

    private static DeployedArea of(Map<Area, DeployedArea> functions, Area area) {
        var found = functions.get(area);
        if (found == null) {
            throw new IllegalStateException("no function for " + area);
        }
        return found;
    }

    private void output(String name, String value) {
        CfnOutput.Builder.create(this, name).value(value).build();
    }
}
