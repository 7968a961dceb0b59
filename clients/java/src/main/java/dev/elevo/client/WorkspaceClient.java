package dev.elevo.client;

import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.api.SnapshotsApi;
import dev.elevo.client.api.VolumesApi;
import dev.elevo.client.model.CreateSandbox;
import dev.elevo.client.model.SandboxInfo;
import dev.elevo.client.model.SandboxInfoPage;
import dev.elevo.client.model.SnapshotInfo;
import dev.elevo.client.model.SnapshotInfoPage;
import dev.elevo.client.model.VolumeInfo;
import dev.elevo.client.model.VolumeInfoPage;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The service, as one of its users sees it. Any number of threads may use it.
 *
 * <pre>{@code
 * try (var workspace = WorkspaceClient.builder().build()) {
 *     var sandbox = workspace.create(CreateSandbox.builder().name("first").build());
 *     System.out.println(sandbox.run("uname -a").stdout());
 *     sandbox.delete();
 * }
 * }</pre>
 */
public final class WorkspaceClient implements AutoCloseable {
    private final Transport transport;
    private final Api api;

    private WorkspaceClient(ClientConfiguration configuration) {
        this.transport = new Transport(configuration);
        this.api = new Api(transport);
    }

    /** What it is not told it takes from the environment: {@code WORKSPACE_API_URL}, {@code _API_KEY}, {@code _TIMEOUT}, {@code _DEBUG}. */
    public static Builder builder() {
        return new Builder(ClientConfiguration.environment());
    }

    static Builder builder(Map<String, String> environment) {
        return new Builder(environment);
    }

    /** Every call there is, one by one. */
    public Api api() {
        return api;
    }

    /**
     * Until it runs.
     *
     * @throws ApiException 2005 when it comes to nothing, also where the service has answered already
     */
    public Sandbox create(CreateSandbox request) {
        var made = api.sandboxes().createSandbox(request);
        var sandbox = sandbox(made.id());
        if (!Boolean.FALSE.equals(request.waitForReady())) {
            sandbox.settled(made);
        }
        return sandbox;
    }

    /** By its id or its name; nothing is asked yet. */
    public Sandbox sandbox(String id) {
        return new Sandbox(transport, id);
    }

    public Stream<SandboxInfo> sandboxes(SandboxesApi.ListSandboxesQuery query) {
        return Pages.all(
                cursor -> api.sandboxes().listSandboxes(query.cursor(cursor)),
                SandboxInfoPage::data,
                SandboxInfoPage::pagination);
    }

    public Stream<SnapshotInfo> snapshots(SnapshotsApi.ListSnapshotsQuery query) {
        return Pages.all(
                cursor -> api.snapshots().listSnapshots(query.cursor(cursor)),
                SnapshotInfoPage::data,
                SnapshotInfoPage::pagination);
    }

    public Stream<VolumeInfo> volumes(VolumesApi.ListVolumesQuery query) {
        return Pages.all(
                cursor -> api.volumes().listVolumes(query.cursor(cursor)),
                VolumeInfoPage::data,
                VolumeInfoPage::pagination);
    }

    /** Each change of a sandbox's state; and {@link SandboxEvent#GAP} when some may have been missed. */
    public Subscription<SandboxEvent> events(SandboxesApi.ConnectEventsQuery filter) {
        var same = Call.of("GET", "/api/v1/stats");
        return new Subscription<>(
                cursor -> WebSocketConnection.open(
                        transport,
                        api.sandboxes().connectEvents(cursor == null ? filter : filter.cursor(cursor)),
                        same),
                transport.retries(),
                SandboxEvent.class,
                SandboxEvent.gap());
    }

    @Override
    public void close() {
        transport.close();
    }

    public static final class Builder {
        private String apiUrl;
        private String apiKey;
        private Duration timeout;
        private int retries = ClientConfiguration.USUAL_RETRIES;
        private boolean debug;
        private String clientType = "sdk";

        private Builder(Map<String, String> environment) {
            apiUrl = said(environment, ClientConfiguration.URL, ClientConfiguration.USUAL_URL);
            apiKey = said(environment, ClientConfiguration.KEY, "");
            timeout = ClientConfiguration.timeout(
                    said(environment, ClientConfiguration.TIMEOUT, ClientConfiguration.USUAL_TIMEOUT));
            debug = ClientConfiguration.isOn(said(environment, ClientConfiguration.DEBUG, ""));
        }

        /** An empty variable is none. */
        private static String said(Map<String, String> environment, String name, String otherwise) {
            var value = environment.getOrDefault(name, "");
            return value.isEmpty() ? otherwise : value;
        }

        /** With or without {@code /api/v1}. */
        public Builder apiUrl(String url) {
            apiUrl = url;
            return this;
        }

        public Builder apiKey(String key) {
            apiKey = key;
            return this;
        }

        /** Of each attempt, until it is answered; a minute. Of a transfer of a file, how long it may stand still. */
        public Builder timeout(Duration most) {
            timeout = most;
            return this;
        }

        /** After the first attempt; 3. */
        public Builder retries(int most) {
            retries = most;
            return this;
        }

        /** Tells each attempt on stderr. */
        public Builder debug(boolean on) {
            debug = on;
            return this;
        }

        /** What the service's log calls us: {@code sdk}, {@code cli}, … */
        public Builder clientType(String name) {
            clientType = name;
            return this;
        }

        public WorkspaceClient build() {
            return new WorkspaceClient(new ClientConfiguration(
                    ClientConfiguration.service(apiUrl), apiKey, timeout, retries, debug, clientType));
        }
    }
}
