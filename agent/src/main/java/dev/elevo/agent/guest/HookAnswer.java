package dev.elevo.agent.guest;

/** What the platform is told: the words are for whoever reads its log. */
record HookAnswer(int status, String words) {
    static final HookAnswer DONE = new HookAnswer(200, "");

    static HookAnswer askAgain(String words) {
        return new HookAnswer(503, words);
    }
}
