package dev.elevo.platform.git;

import dev.elevo.contract.git.StashInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the log of the stash: a commit, its time, and git's own note of it. */
final class StashReader {
    private static final Pattern NOTE =
            Pattern.compile("(?:WIP on|On) (?<branch>[^:]*): (?<message>.*)", Pattern.DOTALL);

    private StashReader() {}

    static List<StashInfo> read(Fields fields) {
        var stashes = new ArrayList<StashInfo>();
        while (fields.hasNext()) {
            var commit = fields.next();
            var createdAt = Fields.instant(fields.next());
            var text = fields.next();
            var note = NOTE.matcher(text);
            var isNote = note.matches();
            stashes.add(new StashInfo(
                    stashes.size(),
                    isNote ? note.group("message") : text,
                    isNote ? note.group("branch") : "",
                    commit,
                    createdAt));
        }
        return stashes;
    }
}
