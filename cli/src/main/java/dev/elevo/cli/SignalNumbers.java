package dev.elevo.cli;

import java.util.List;

/** Of Linux, where all sandboxes are, wherever we are. */
final class SignalNumbers {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private SignalNumbers() {}

    /** 0 for one that has no name here. */
    static int of(String name) {
        return NAMES.indexOf(name.replaceFirst("^SIG", "")) + 1;
    }
}
