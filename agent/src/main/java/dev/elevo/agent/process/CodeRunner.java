package dev.elevo.agent.process;

import java.util.Locale;

/**
 * How code of each language runs. The scripts are run by the sandbox's own shell with the user's PATH; in them {@code F} is the
 * file with the code, and {@code D} the private place it lies in.
 */
enum CodeRunner {
    PYTHON("python", "python3", ".py", "command -v python || command -v python3", """
            P=python; command -v python >/dev/null 2>&1 || P=python3
            exec "$P" "$F" "$@\""""),
    JAVASCRIPT("node", "nodejs", ".js", "command -v node", "exec node \"$F\" \"$@\""),
    /** As npx finds it, which without a network of the sandbox would take longer to say that there is none. */
    TYPESCRIPT(
            "ts-node, tsx or Node.js 22.6",
            "nodejs (22.6 or later) or the npm package tsx",
            ".ts",
            TypeScript.FIND + "typescript || " + TypeScript.NODE + " -e ''",
            TypeScript.FIND + "! typescript || exec \"$T\" \"$F\" \"$@\"\nexec " + TypeScript.NODE + " \"$F\" \"$@\""),
    BASH("bash", "bash", ".sh", "command -v bash", "exec bash \"$F\" \"$@\""),
    GO("go", "golang-go", ".go", "command -v go", "exec go run \"$F\" \"$@\""),
    RUST("rustc", "rustc", ".rs", "command -v rustc", compiled("rustc")),
    /** One that compiles: to run is not enough. */
    JAVA(
            "java with its compiler",
            "default-jdk-headless",
            ".java",
            "J=$(command -v java) && J=$(readlink -f \"$J\") && [ -x \"${J%/*}/javac\" ]",
            "exec java \"$F\" \"$@\""),
    C("gcc", "gcc libc6-dev", ".c", "command -v gcc", compiled("gcc")),
    CPP("g++", "g++", ".cpp", "command -v g++", compiled("g++")),
    RUBY("ruby", "ruby", ".rb", "command -v ruby", "exec ruby \"$F\" \"$@\""),
    PHP("php", "php-cli", ".php", "command -v php", "exec php \"$F\" \"$@\"");

    private final String program;
    private final String packages;
    private final String ending;
    private final String check;
    private final String run;

    CodeRunner(String program, String packages, String ending, String check, String run) {
        this.program = program;
        this.packages = packages;
        this.ending = ending;
        this.check = check;
        this.run = run;
    }

    private static String compiled(String compiler) {
        return compiler + " \"$F\" -o \"$D/program\" </dev/null && exec \"$D/program\" \"$@\"";
    }

    static CodeRunner of(String language) {
        return valueOf(language.toUpperCase(Locale.ROOT));
    }

    String language() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What has to be there. */
    String program() {
        return program;
    }

    /** What of Debian brings it. */
    String packages() {
        return packages;
    }

    String fileName() {
        return "main" + ending;
    }

    /** Succeeds where the language is there. */
    String check() {
        return check;
    }

    /** With the arguments of the program; its file and place come first. */
    String run() {
        return "F=$1 D=$2; shift 2\n" + run;
    }

    /** Of the project that the code runs in, of the sandbox, or Node.js itself, which strips the types. */
    private static final class TypeScript {
        static final String NODE = "node --experimental-strip-types --disable-warning=ExperimentalWarning";
        static final String FIND = """
                typescript() {
                  for P in ts-node tsx; do
                    W=$PWD
                    while T=$W/node_modules/.bin/$P; do
                      [ ! -x "$T" ] || return 0
                      [ -n "$W" ] || break
                      W=${W%/*}
                    done
                    ! T=$(command -v "$P") || return 0
                  done
                  return 1
                }
                """;
    }
}
