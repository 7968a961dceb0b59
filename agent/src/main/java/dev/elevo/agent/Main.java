package dev.elevo.agent;

import io.micronaut.runtime.Micronaut;

/** Starts the agent. It ends by SIGTERM, and its sandboxes go on: the next one finds them. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Micronaut.build(arguments)
                .mainClass(Main.class)
                .banner(false)
                .deduceEnvironment(false)
                .eagerInitSingletons(true)
                .start();
    }
}
