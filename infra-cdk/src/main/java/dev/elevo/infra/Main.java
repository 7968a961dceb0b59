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
     * @param arguments the folder that holds the packaged functions, and the folder to write to
     */
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: <functions folder> <output folder>");
        }
        var app = new App(AppProps.builder().outdir(arguments[1]).build());
        var stack = new ElevoStack(
                app, new FunctionPackages(Path.of(arguments[0])), "nat".equals(System.getenv("ELEVO_WAY_OUT")));
        app.synth();
        IO.println(stack.getStackName() + ": "
                + Path.of(arguments[1]).toAbsolutePath().normalize());
    }
}
