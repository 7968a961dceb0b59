package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.World;

/** A repository in the shared sandbox, with one commit of one file, {@code a}, on {@code main}. */
record Repository(Box box, String path) {
    private static final String NAMED = "git config user.name A && git config user.email a@example.org";

    static Repository of(World w) {
        return at(w, w.path());
    }

    private static Repository at(World w, String path) {
        var repository = new Repository(w.box(), path);
        w.box()
                .run("git init -q -b main " + path + " && cd " + path + " && " + NAMED
                        + " && echo one > a && git add a && git commit -q -m 'first commit'");
        return repository;
    }

    /** A clone of a bare one beside it, as its origin. */
    static Repository cloned(World w) {
        var path = w.path();
        at(w, path + "-source");
        w.box()
                .run("git clone -q --bare " + path + "-source " + path + ".git && git clone -q " + path + ".git " + path
                        + " && cd " + path + " && " + NAMED);
        return new Repository(w.box(), path);
    }

    Repository git(String arguments) {
        box.run("cd " + path + " && git " + arguments);
        return this;
    }

    Repository shell(String command) {
        box.run("cd " + path + " && " + command);
        return this;
    }

    Repository commit(String file, String content) {
        return shell(
                "echo '" + content + "' > " + file + " && git add " + file + " && git commit -q -m '" + content + "'");
    }

    /** Another clone of the same origin commits there. */
    Repository overtaken(String file, String content) {
        box.run("git clone -q " + path + ".git " + path + "-other && cd " + path + "-other && " + NAMED + " && echo '"
                + content + "' > " + file + " && git add . && git commit -q -m '" + content
                + "' && git push -q origin main");
        return this;
    }

    /** {@code main} and {@code side} disagree about {@code a}. */
    Repository torn() {
        return git("checkout -q -b side")
                .commit("a", "side")
                .git("checkout -q main")
                .commit("a", "main");
    }
}
