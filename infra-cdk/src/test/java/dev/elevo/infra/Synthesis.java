package dev.elevo.infra;

import dev.elevo.contract.Area;
import dev.elevo.contract.testing.Hosts;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.assertions.Template;

/** The stack, synthesised once for all tests of this JVM: every construct is a call into a Node process. */
record Synthesis(Path folder, Resources template, List<Finding> findings) {
    static final Map<String, String> TEMPLATES = Map.of("base", "base", "python", "python");

    /** What cdk-nag has to say of a construct. */
    record Finding(String rule, String construct) {}

    private static final class Once {
        static final Synthesis OF_DEFAULTS = synthesise(Choices.DEFAULT);
        static final Synthesis OF_EVERYTHING = synthesise(Choices.from(Map.of(
                "ELEVO_WAY_OUT", "nat",
                "ELEVO_WAF", "1",
                "ELEVO_BLOCKED_NETWORK", "1",
                "ELEVO_MICROVM_WARM", "python/1024=1,base/2048=3",
                "ELEVO_MICROVM_RATES", "run=20,token=100",
                "ELEVO_MICROVM_BASE_VERSION", "2")));
    }

    /** With nothing chosen. The test that asks is skipped where there is no Node. */
    static Synthesis ofDefaults() {
        Hosts.assume(nodeIsInstalled(), "the CDK's constructs run on Node, and there is no node on the PATH");
        return Once.OF_DEFAULTS;
    }

    /** With everything chosen that can be. */
    static Synthesis ofEverything() {
        ofDefaults();
        return Once.OF_EVERYTHING;
    }

    String templateText() {
        return read("cdk.out/Elevo.template.json");
    }

    String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The stack alone, with what one test chooses. */
    static Resources stack(Choices choices) {
        try {
            return new Resources(
                    Template.fromStack(stack(new App(), packages(), choices)).toJSON());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ElevoStack stack(App app, Path packages, Choices choices) {
        return new ElevoStack(app, new FunctionPackages(packages), new AgentImages(packages), choices);
    }

    /** Of all functions and images. The test that asks is skipped where there is no Node. */
    static Path packages() throws IOException {
        Hosts.assume(nodeIsInstalled(), "the CDK's constructs run on Node, and there is no node on the PATH");
        var folder = Files.createTempDirectory(Path.of("target"), "synthesis").toAbsolutePath();
        for (var area : Area.values()) {
            writeZip(Files.createDirectories(folder.resolve(area.areaName()).resolve("target"))
                    .resolve("lambda.zip"));
        }
        for (var template : TEMPLATES.keySet()) {
            writeZip(folder.resolve("microvm-image-" + template + ".zip"));
        }
        return folder;
    }

    private static Synthesis synthesise(Choices choices) {
        try {
            var folder = packages();
            var assembly = folder.resolve("cdk.out");
            var app = new App(AppProps.builder().outdir(assembly.toString()).build());
            var stack = stack(app, folder, choices);
            if (choices.firewall()) {
                new Firewall(app);
            }
            Aspects.of(app).add(new AwsSolutionsChecks());
            app.synth();
            var template = new Resources(Template.fromStack(stack).toJSON());
            return new Synthesis(folder, template, findings(assembly));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the report that cdk-nag leaves. A rule that could not be tried is a finding, too. */
    private static List<Finding> findings(Path assembly) throws IOException {
        try (var reports = Files.newDirectoryStream(assembly, "AwsSolutions-*-NagReport.csv")) {
            var lines = new ArrayList<String>();
            for (var report : reports) {
                lines.addAll(Files.readAllLines(report).stream().skip(1).toList());
            }
            return lines.stream()
                    .map(line -> line.split("\",\"", 6))
                    .filter(cells -> !cells[2].equals("Compliant") && !cells[2].equals("N/A"))
                    .map(cells -> new Finding(cells[0].substring(1), cells[1]))
                    .distinct()
                    .sorted(Comparator.comparing(Finding::toString))
                    .toList();
        }
    }

    static boolean nodeIsInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    }

    /** The template needs a file to point to; what is in it does not matter here, but that it is always the same. */
    private static void writeZip(Path file) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            var entry = new ZipEntry(file.getFileName().toString());
            entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
            zip.putNextEntry(entry);
            zip.closeEntry();
        }
    }
}
