package dev.elevo.agent.process;

import java.util.Locale;

/**
 * How code of each language runs. The scripts are run by the sandbox's own shell with the user's PATH; in them {@code F} is the
 * file with the code, and {@code D} the private place it lies in.
 */
enum CodeRunner {
    PYTHON("python", ".py", "command -v python || command -v python3", """
            P=python; command -v python >/dev/null 2>&1 || P=python3
            exec "$P" "$F" "$@\""""),
    JAVASCRIPT("node", ".js", "command -v node", "exec node \"$F\" \"$@\""),
    /** Not whatever the registry has today: what is not installed is not there. */
    TYPESCRIPT("ts-node", ".ts", "npx --no-install ts-node -v", "exec npx --no-install ts-node \"$F\" \"$@\""),
    BASH("bash", ".sh", "command -v bash", "exec bash \"$F\" \"$@\""),
    GO("go", ".go", "command -v go", "exec go run \"$F\" \"$@\""),
    RUST("rustc", ".rs", "command -v rustc", "rustc \"$F\" -o \"$D/program\" </dev/null && exec \"$D/program\" \"$@\""),
    JAVA("java", ".java", "command -v java", "exec java \"$F\" \"$@\""),
    C("gcc", ".c", "command -v gcc", "gcc \"$F\" -o \"$D/program\" </dev/null && exec \"$D/program\" \"$@\""),
    CPP("g++", ".cpp", "command -v g++", "g++ \"$F\" -o \"$D/program\" </dev/null && exec \"$D/program\" \"$@\""),
    RUBY("ruby", ".rb", "command -v ruby", "exec ruby \"$F\" \"$@\""),
    PHP("php", ".php", "command -v php", "exec php \"$F\" \"$@\"");

    private final String program;
    private final String ending;
    private final String check;
    private final String run;

    CodeRunner(String program, String ending, String check, String run) {
        this.program = program;
        this.ending = ending;
        this.check = check;
        this.run = run;
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
}
