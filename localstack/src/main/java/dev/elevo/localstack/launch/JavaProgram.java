package dev.elevo.localstack.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java program of the local run, small and quick to start.
 *
 * @param name of its AOT cache
 */
record JavaProgram(
        String name,
        int heapMegabytes,
        String classPath,
        List<String> options,
        String mainClass,
        List<String> arguments) {

    List<String> command(Installation installation, Map<String, String> environment) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-Xmx" + heapMegabytes + "m");
        command.add("@" + installation.jvmOptions());
        if (environment.getOrDefault("ELEVO_COMPILERS", "").equals("1")) {
            command.add("@" + installation.oneCompiler());
        }
        command.addAll(learning(installation, environment));
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** In a training run the program writes the cache when it ends; in any other it uses the one that is there. */
    private List<String> learning(Installation installation, Map<String, String> environment) {
        var training = environment.get("ELEVO_AOT_TRAINING");
        if (training != null) {
            return List.of("-XX:AOTCacheOutput=" + Path.of(training, name + ".aot"));
        }
        return installation
                .aotCache(name, classPath)
                .map(cache -> List.of("-XX:AOTCache=" + cache))
                .orElse(List.of("@" + installation.earlyCompiling()));
    }
}
