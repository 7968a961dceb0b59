package dev.elevo.contract.agent;

import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;

/** Searches among the files of running sandboxes. 9004 for what is no pattern; a user that is left out is the sandbox's own. */
public interface SearchAgent {

    /**
     * By their names.
     *
     * @param timeMs after which what was found is answered, as truncated
     */
    FindResult find(String sandboxId, FindRequest request, int timeMs);

    /**
     * By what is in their lines.
     *
     * @param timeMs after which what was found is answered, as truncated
     */
    GrepResult grep(String sandboxId, GrepRequest request, int timeMs);
}
