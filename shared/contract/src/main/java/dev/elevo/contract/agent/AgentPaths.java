package dev.elevo.contract.agent;

/** The agent's HTTP paths, said once for its controllers and for the client in the control plane. */
public final class AgentPaths {
    public static final String HOST = "/agent/v1/host";
    public static final String REFUSED = HOST + "/refused";
    public static final String SANDBOXES = "/agent/v1/sandboxes";
    public static final String SANDBOX = SANDBOXES + "/{sandboxId}";
    public static final String PROCESSES = SANDBOX + "/processes";
    public static final String SESSIONS = SANDBOX + "/sessions";

    /** A POST of it runs the command of a ticket and answers with server-sent events; whoever has the ticket may, once. */
    public static final String RUN_STREAM = "/agent/v1/run-streams/";

    /** What {@link FileAgent} does, each by a POST of its name with its request. */
    public static final String FILES = SANDBOX + "/files";

    /** What {@link SearchAgent} does, each by a POST with its request; the query says how long it may take. */
    public static final String FIND = FILES + "/find";

    public static final String GREP = FILES + "/grep";

    /** What {@link DeliveryAgent} does, by a POST of its name with its request. */
    public static final String DELIVERIES = FILES + "/deliveries";

    /** The bytes of one file, by GET and PUT, as many as there are; the query says which and how. */
    public static final String FILE_CONTENT = FILES + "/content";

    /** Below it: the bytes of the file that a {@link TransferTicket} names. */
    public static final String TRANSFERS = "/agent/v1/transfers";

    /** Header of an answer with a part of a file: the size of all of it. */
    public static final String FILE_SIZE_HEADER = "X-Elevo-File-Size";

    /** What {@link LspAgent} does. */
    public static final String LSP = SANDBOX + "/lsp";

    public static final String LSP_SERVERS = LSP + "/servers";

    /** What {@link VolumeAgent} does. */
    public static final String VOLUMES = "/agent/v1/volumes";

    public static final String PTYS = SANDBOX + "/ptys";

    /** Connections of the gateway that are served by the agent, see {@link StreamAgent}. */
    public static final String STREAMS = SANDBOX + "/streams";

    /** The agent's own door for WebSockets; whoever comes brings a {@link DirectTicket}. */
    public static final String DIRECT = "/agent/v1/direct";

    /**
     * A GET of it that asks for an upgrade to {@link #PORT_PROTOCOL} becomes a connection to a port inside the sandbox: what comes
     * after the 101 is the service's own bytes.
     */
    public static final String PORT = SANDBOX + "/ports/{port}";

    public static final String PORT_PROTOCOL = "elevo-tcp";

    /** What {@link SnapshotAgent} does, each by a POST of its name with its request. */
    public static final String SNAPSHOTS = "/agent/v1/snapshots";

    /** What {@link WorkspaceAgent} does, by a POST of its name with its request. */
    public static final String WORKSPACE = SANDBOX + "/workspace";

    /** A GET of it answers everybody, with {@link AgentHealth}. */
    public static final String HEALTH = "/agent/v1/health";

    /** Header that carries the {@link Capability}. */
    public static final String CAPABILITY_HEADER = "X-Elevo-Capability";

    /** Header of a create that carries the {@link SandboxSecret}. */
    public static final String SECRET_HEADER = "X-Elevo-Sandbox-Secret";

    /**
     * Header of a request on a connection that was handed over: a header of the answer, as {@code Name: value}. What hands it over
     * has such words for the client, who is answered by the agent.
     */
    public static final String ANSWER_HEADER = "X-Elevo-Answer";

    /** Header that makes a run happen once, see {@link ProcessAgent#run}. */
    public static final String ONCE_HEADER = "X-Elevo-Once";

    private AgentPaths() {}
}
