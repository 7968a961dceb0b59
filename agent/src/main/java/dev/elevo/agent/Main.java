package dev.elevo.agent;

/** Starts the agent. It ends by SIGTERM, and its sandboxes go on: the next one finds them. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        new Startup()
                .args(arguments)
                .mainClass(Main.class)
                .banner(false)
                .deduceEnvironment(false)
                .bootstrapEnvironment(false) // to find out that there is none, it would load the class of every bean
                .eagerInitSingletons(true)
                .start();
    }
}
