package dev.elevo.contract.agent;

import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * Files inside running sandboxes. Paths are normal ones ({@link dev.elevo.contract.files.SandboxPath}); a user that is left out is
 * the sandbox's own. 3004 where the user may not, or does not exist.
 *
 * <p>A change with a once-key that is repeated is done once, and the repeat gets the first one's answer.
 */
public interface FileAgent {

    FileInfo stat(String sandboxId, StatFile request);

    FileList list(String sandboxId, ListFiles query);

    /** 3007 when the part that is asked for is larger than the request's bound. */
    FileContent read(String sandboxId, ReadFile request);

    /** The whole content under its name at once, or nothing of it; only what is appended is added to what is there. */
    WriteResult write(String sandboxId, WriteFile target, byte[] content, @Nullable String onceKey);

    /** All or none. */
    BatchResult writeAll(String sandboxId, WriteFiles files, @Nullable String onceKey);

    MadeDirectory makeDirectory(String sandboxId, MakeDirectory request, @Nullable String onceKey);

    FileInfo copy(String sandboxId, CopyRequest request, @Nullable String onceKey);

    FileInfo move(String sandboxId, MoveRequest request, @Nullable String onceKey);

    void delete(String sandboxId, DeleteFile request, @Nullable String onceKey);

    FileInfo changeMode(String sandboxId, ChangeMode request);

    FileInfo changeOwner(String sandboxId, ChangeOwner request);
}
