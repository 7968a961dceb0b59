package dev.elevo.client;

import dev.elevo.client.api.AdminApi;
import dev.elevo.client.api.FilesApi;
import dev.elevo.client.api.GitApi;
import dev.elevo.client.api.LspApi;
import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.api.RunsApi;
import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.api.SnapshotsApi;
import dev.elevo.client.api.VolumesApi;

/** Every call there is. */
public record Api(
        SandboxesApi sandboxes,
        ProcessApi processes,
        FilesApi files,
        GitApi git,
        LspApi lsp,
        SnapshotsApi snapshots,
        VolumesApi volumes,
        RunsApi runs,
        AdminApi admin) {

    Api(Transport transport) {
        this(
                new SandboxesApi(transport),
                new ProcessApi(transport),
                new FilesApi(transport),
                new GitApi(transport),
                new LspApi(transport),
                new SnapshotsApi(transport),
                new VolumesApi(transport),
                new RunsApi(transport),
                new AdminApi(transport));
    }
}
