package dev.elevo.infra;

import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/**
 * Writes the cloud assembly. The stack names no account and no region, so this works offline and the assembly can be deployed
 * anywhere.
 */
public final class Main {
    private Main() {}

    /**
     * Synthesises.
     *
     * @param arguments the folder that holds the packaged functions, that of the agent's images, and the folder to write to
     */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("usage: <functions folder> <images folder> <output folder>");
        }
        var choices = Choices.from(System.getenv());
        var output = Path.of(arguments[2]).toAbsolutePath().normalize();
        var app = new App(AppProps.builder().outdir(output.toString()).build());
        new ElevoStack(
                app, new FunctionPackages(Path.of(arguments[0])), new AgentImages(Path.of(arguments[1])), choices);
        if (choices.firewall()) {
            new Firewall(app);
        }
        app.synth();
        IO.println("Elevo: " + output);
    }
}
