package dev.elevo.platform.git;

import dev.elevo.contract.Page;
import dev.elevo.contract.git.CommitInfo;
import java.util.ArrayList;
import java.util.List;

/** Reads commits in the format of the scripts' {@code COMMIT}. */
final class CommitReader {
    private static final int SHORT = 7;

    private CommitReader() {}

    static CommitInfo one(Fields fields) {
        var sha = fields.nextOnLine();
        var parents = fields.next();
        var author = fields.next();
        var authorEmail = fields.next();
        var committer = fields.next();
        var committerEmail = fields.next();
        var authorDate = Fields.instant(fields.next());
        var commitDate = Fields.instant(fields.next());
        var message = fields.next().stripTrailing();
        var ids = parents.isEmpty() ? List.<String>of() : List.of(parents.split(" "));
        return new CommitInfo(
                sha,
                sha.substring(0, Math.min(SHORT, sha.length())),
                message,
                message.lines().findFirst().orElse(""),
                author,
                authorEmail,
                committer,
                committerEmail,
                authorDate,
                commitDate,
                ids,
                ids.size() > 1);
    }

    /** A page, and behind it how many there are. */
    static Page<CommitInfo> page(String output, int page, int limit) {
        var fields = new Fields(output);
        var commits = new ArrayList<CommitInfo>();
        while (fields.hasNext()) {
            commits.add(one(fields));
        }
        return new Page<>(commits, Page.Pagination.ofPage(page, limit, Fields.number(fields.rest())));
    }
}
