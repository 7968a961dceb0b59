package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/**
 * Where sandboxes come from: an image per template and size, and the networks they are in. Machines themselves are nobody's but the
 * engine's.
 */
final class Microvms extends Construct implements Provision {
    /** Each image is built twice, for two generations of processors, and AWS makes five builds at once in most regions. */
    private static final int LANES = 2;

    /** Those that speak with agents; {@code sandboxes} also makes and ends machines. */
    private static final Set<Area> SPEAKERS =
            EnumSet.of(Area.PROCESS, Area.FILES, Area.GIT, Area.LSP, Area.SNAPSHOTS, Area.RUNS);

    /** Of a machine that was started once. */
    private static final List<String> LIFE = List.of(
            "lambda:CreateMicrovmAuthToken",
            "lambda:GetMicrovm",
            "lambda:ResumeMicrovm",
            "lambda:SuspendMicrovm",
            "lambda:TerminateMicrovm");

    private final List<MicrovmImage> images = new ArrayList<>();
    private final SandboxNetworks networks;
    private final Choices choices;

    Microvms(Construct scope, AgentImages zips, WorkspaceBucket workspaces, Choices choices) {
        super(scope, "Microvms");
        this.choices = choices;
        networks = choices.blockedNetwork() ? SandboxNetworks.withBlocked(this, workspaces) : SandboxNetworks.open();
        var builder = new ImageBuildRole(this);
        for (var template : zips.templates()) {
            var zip = Asset.Builder.create(this, "Zip " + template)
                    .path(zips.zip(template).toString())
                    .build();
            builder.grantRead(zip);
            for (int mebibytes : choices.sizes()) {
                var image = new MicrovmImage(this, template, mebibytes, zip, choices.baseVersion(), builder);
                if (images.size() >= LANES) {
                    image.buildAfter(images.get(images.size() - LANES));
                }
                images.add(image);
            }
        }
        requireOffered(choices.warm().keySet());
    }

    /** Else the function would not start. */
    private void requireOffered(Set<String> named) {
        var offered = images.stream().map(MicrovmImage::title).collect(Collectors.toSet());
        if (!offered.containsAll(named)) {
            throw new IllegalArgumentException(
                    "ELEVO_MICROVM_WARM is of " + named + "; there are " + new TreeSet<>(offered));
        }
    }

    /** Documentation is written without sandboxes. */
    @Override
    public Map<String, String> environment(Area area) {
        if (area == Area.DOCS) {
            return Map.of();
        }
        var environment = new HashMap<>(Map.of(
                "ELEVO_ENGINE",
                "microvm",
                "ELEVO_MICROVM_IMAGES",
                images.stream().map(MicrovmImage::offered).collect(Collectors.joining(","))));
        if (!choices.rates().isEmpty()) {
            environment.put("ELEVO_MICROVM_RATES", choices.rates());
        }
        if (area == Area.SANDBOXES) {
            if (!choices.warm().isEmpty()) {
                environment.put(
                        "ELEVO_MICROVM_WARM",
                        choices.warm().entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .collect(Collectors.joining(",")));
            }
            networks.blocked().ifPresent(connector -> environment.put("ELEVO_MICROVM_EGRESS_BLOCKED", connector));
        }
        return Map.copyOf(environment);
    }

    @Override
    public void grantUse(Area area, Role role) {
        var any = List.of(MicrovmImage.arnOfAny());
        if (area == Area.SANDBOXES) {
            // One image has one size, so that the right to start images is also the right to sizes.
            Statements.allow(
                    role,
                    List.of("lambda:RunMicrovm"),
                    images.stream().map(MicrovmImage::arn).toList());
            Statements.allow(role, LIFE, any);
            Statements.allow(role, List.of("lambda:PassNetworkConnector"), networks.connectors());
            // AWS knows no narrower resource for it.
            Statements.allow(role, List.of("lambda:ListMicrovms"), List.of("*"));
        } else if (SPEAKERS.contains(area)) {
            Statements.allow(role, List.of("lambda:CreateMicrovmAuthToken"), any);
        }
    }
}
