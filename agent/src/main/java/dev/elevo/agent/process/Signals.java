package dev.elevo.agent.process;

import java.util.List;

/** The names of Linux's signals. */
final class Signals {
    /** Nobody hears it. */
    static final int NONE = 0;

    static final int HANG_UP = 1;
    static final int KILL = 9;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /** 0 for no such. */
    static int number(String name) {
        return NAMES.indexOf(name.substring(Math.min(3, name.length()))) + 1;
    }

    static String name(int number) {
        return "SIG" + (number >= 1 && number <= NAMES.size() ? NAMES.get(number - 1) : Integer.toString(number));
    }
}
