package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.EnumMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** One deployment of Elevo: its state, its secrets, a function per area and the API in front of them. */
final class ElevoStack extends Stack {

    ElevoStack(Construct scope, FunctionPackages packages) {
        super(scope, "Elevo");

        var state = new StateStore(this);
        var settings = new Settings(this, state);
        var functions = new EnumMap<Area, DeployedArea>(Area.class);
        for (var area : Area.values()) {
            functions.put(area, new DeployedArea(this, area, packages.of(area), state, settings));
        }
        var api = new HttpEntry(this, functions);

        CfnOutput.Builder.create(this, "Url").value(api.url()).build();
        CfnOutput.Builder.create(this, "TableName")
                .value(state.table().getTableName())
                .build();
    }
}
