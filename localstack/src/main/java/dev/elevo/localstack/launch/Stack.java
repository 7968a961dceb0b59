package dev.elevo.localstack.launch;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.preview.PreviewNames;
import dev.elevo.localstack.audit.JournaledAuditTrail;
import dev.elevo.localstack.gateway.ConnectionsApi;
import dev.elevo.localstack.gateway.EventHandler;
import dev.elevo.localstack.gateway.Gateway;
import dev.elevo.localstack.gateway.Sockets;
import dev.elevo.platform.audit.DynamoAuditTrail;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import dev.elevo.platform.dynamo.TableCreation;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.streams.SocketEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The running whole. Starting it twice on one home finds what the first left; closing it leaves files only. */
public final class Stack {
    private static final String READY_FILE = "ready.json";
    private static final String USED_RIGHTS_FILE = "rights.used";
    private static final int CONNECTIONS = 128;

    /** Its schedules ask no sandbox, and make the tables of its database while the agent is still starting. */
    private static final EnumSet<Area> WITHOUT_AGENT = EnumSet.of(Area.ADMIN);

    private static final String CONNECTIONS_URL = "ELEVO_CONNECTIONS_URL";
    private static final String CONNECTIONS_SECRET = "ELEVO_CONNECTIONS_SECRET";

    private final Home home;
    private final Secrets secrets;
    private final HostInfo offer;
    private final String url;

    private Stack(Home home, Secrets secrets, HostInfo offer, String url) {
        this.home = home;
        this.secrets = secrets;
        this.offer = offer;
        this.url = url;
    }

    /**
     * Returns when requests are answered.
     *
     * @param opened takes up all that must be closed again, at the end or when the start fails
     */
    public static Stack start(Options options, Opened opened) throws IOException {
        var home = Home.take(options.home());
        opened.add(home::close);
        Ports.checkFree(options.bind(), options.port());
        Files.deleteIfExists(home.file(READY_FILE)); // of a run that was killed
        var installation = new Installation(options.installation());

        // These processes start while this one builds its contexts: nothing here needs them before the first request.
        // Before all others the one that takes longest.
        var dynamoDb = options.dynamoDbEndpoint().isEmpty()
                ? open(opened, DynamoDbLocal.ensure(home, installation, options.environment()))
                : null;
        var secrets = Secrets.in(home, options.environment());
        var postgres = options.postgresUrl().isEmpty() ? open(opened, Postgres.ensure(home, installation)) : null;
        var namespace = UserNamespace.ensure(home);
        if (namespace.isPresent()) {
            open(opened, namespace.get());
        }
        var agent = options.hasMachines()
                ? Optional.<Daemon>empty()
                : Optional.of(
                        open(opened, Agent.ensure(home, installation, secrets, namespace, options.environment())));
        var endpoint = dynamoDb == null ? options.dynamoDbEndpoint() : "http://127.0.0.1:" + dynamoDb.port();
        var stateTable = options.environment().getOrDefault("ELEVO_TABLE", StateTable.DEFAULT_NAME);
        var configuration = new DynamoConfiguration(
                stateTable,
                SandboxTable.nameBeside(stateTable),
                endpoint,
                options.environment().getOrDefault("AWS_REGION", "us-east-1"),
                CONNECTIONS);
        var table = DynamoConnection.open(configuration);
        opened.add(table::close);
        var trail = JournaledAuditTrail.open(new DynamoAuditTrail(table, configuration), home.file("audit.journal"));
        opened.add(trail::close);
        var sockets = new Sockets();
        var connectionsApi = connectionsApi(sockets, options.environment());
        opened.add(connectionsApi::close);
        var environment = environment(home, secrets, agent, configuration);
        environment.putAll(wayToConnections(connectionsApi, options.environment()));
        var forAdmin = postgres == null ? Map.<String, Object>of() : Postgres.access(postgres.port(), secrets);
        var used = new UsedRights(home.file(USED_RIGHTS_FILE));
        var functions = options.runtimeApi()
                ? new AreaProcesses(home, installation, agent, secrets, environment, forAdmin, options)
                : new Areas(
                        area -> new Surroundings(
                                environment,
                                List.of(
                                        options.heldToRights()
                                                ? HeldToRights.client(area, configuration, table, used)
                                                : table,
                                        trail)),
                        forAdmin,
                        options.instances());
        opened.add(functions::close);
        if (dynamoDb != null) {
            Patience.awaitReady(dynamoDb, () -> Ports.answers(dynamoDb.port()) && answers(table), home);
        }
        TableCreation.ensure(table, configuration);
        trail.start();
        if (dynamoDb != null) {
            dynamoDb.keepAlive();
        }
        if (postgres != null) {
            Patience.awaitReady(postgres, () -> Ports.answers(postgres.port()), home);
            postgres.keepAlive();
        }
        functions.awaitStarted();
        if (agent.isPresent()) {
            var own = agent.get();
            opened.addForCompleteRun(() -> drain(own, secrets));
        }
        var schedules = new Schedules(functions, options);
        opened.add(schedules::close);
        schedules.begin(WITHOUT_AGENT);
        if (agent.isPresent()) {
            var own = agent.get();
            Patience.awaitReady(own, () -> Ports.answers(own.port()), home);
            own.keepAlive();
        }
        schedules.begin(EnumSet.complementOf(WITHOUT_AGENT));
        schedules.awaitFirstRuns();
        var offer = functions.offer();
        var gateway = Gateway.start(
                options.bind(),
                options.port(),
                handlers(functions),
                sockets,
                previewDomains(options.environment()),
                functions::admit,
                Optional.ofNullable(offer.door()).map(Path::of));
        opened.add(gateway::close);
        var stack = new Stack(home, secrets, offer, "http://localhost:" + gateway.port());
        home.write(READY_FILE, stack.ready());
        opened.add(() -> Files.deleteIfExists(home.file(READY_FILE)));
        opened.complete();
        return stack;
    }

    /** On a busy machine its first answer may take longer than any caller would wait for a later one. */
    private static boolean answers(DynamoDbClient table) {
        try {
            return table.listTables().sdkHttpResponse().isSuccessful();
        } catch (SdkClientException _) {
            return false;
        }
    }

    /** One that was there before is of use to the next start, whatever becomes of this one. */
    private static Daemon open(Opened opened, Daemon daemon) throws IOException {
        if (daemon.wasFound()) {
            opened.addForCompleteRun(daemon::stop);
        } else {
            opened.add(daemon::stop);
        }
        return daemon;
    }

    /** What the one at the terminal wants to know first. */
    public String greeting() {
        return """

                Elevo Workspace is ready at %1$s  (isolation: %2$s, %3$s)

                  admin key   %4$s
                  kept in     %5$s
                  console     %1$s/console

                Try:
                  export KEY=%4$s
                  curl -s -X POST %1$s/api/v1/sandboxes -H "X-API-Key: $KEY" -H 'Content-Type: application/json' -d '{"name":"first"}'
                  curl -s -X POST %1$s/api/v1/sandboxes/first/process/run -H "X-API-Key: $KEY" -H 'Content-Type: application/json' -d '{"command":"uname -a; id"}'
                  curl -s -X DELETE "%1$s/api/v1/sandboxes/first?force=true" -H "X-API-Key: $KEY"
                """.formatted(
                url, offer.isolation().label(), offer.runtime(), secrets.adminKey(), home.file(Secrets.ADMIN_KEY_FILE));
    }

    private String ready() {
        return """
                {"url":"%s","pid":%d,"adminKeyFile":"%s","isolation":"%s"}
                """.formatted(
                        url,
                        ProcessHandle.current().pid(),
                        home.file(Secrets.ADMIN_KEY_FILE),
                        offer.isolation().label());
    }

    /** What a function finds in its environment when it is deployed. */
    private static Map<String, Object> environment(
            Home home, Secrets secrets, Optional<Daemon> agent, DynamoConfiguration configuration) {
        var properties = new HashMap<String, Object>();
        properties.put("ELEVO_TABLE", configuration.table());
        properties.put("ELEVO_SANDBOX_TABLE", configuration.sandboxTable());
        properties.put("ELEVO_DYNAMODB_ENDPOINT", configuration.endpoint());
        properties.put("ELEVO_BOOTSTRAP_KEY_SHA256", secrets.adminKeySha256());
        properties.put("ELEVO_JWT_SECRET", secrets.jwtSecret());
        properties.put("ELEVO_CURSOR_SECRET", secrets.cursorSecret());
        agent.ifPresent(own -> properties.put("ELEVO_AGENT_URL", Agent.url(own.port())));
        properties.put("ELEVO_AGENT_SIGNING_KEY", secrets.agentSigningKey());
        properties.put("ELEVO_PUSH_RECORDED", "true");
        properties.put("ELEVO_BLOBS_DIRECTORY", home.file("artifacts").toString());
        return properties;
    }

    private static ConnectionsApi connectionsApi(Sockets sockets, Map<String, String> surroundings) {
        return surroundings.getOrDefault(CONNECTIONS_URL, "").isEmpty()
                ? ConnectionsApi.start(sockets)
                : ConnectionsApi.start(
                        sockets,
                        Integer.parseInt(surroundings.getOrDefault("ELEVO_CONNECTIONS_PORT", "0")),
                        surroundings.getOrDefault(CONNECTIONS_SECRET, ""));
    }

    /** Where somebody stands before the gateway's own, who asks for signatures as AWS does, functions are told of him. */
    private static Map<String, String> wayToConnections(
            ConnectionsApi connectionsApi, Map<String, String> surroundings) {
        var front = surroundings.getOrDefault(CONNECTIONS_URL, "");
        return front.isEmpty()
                ? Map.of(CONNECTIONS_URL, connectionsApi.url(), CONNECTIONS_SECRET, connectionsApi.secret())
                : Map.of(CONNECTIONS_URL, front, CONNECTIONS_SECRET, "");
    }

    private static Map<Area, EventHandler> handlers(Functions functions) {
        var handlers = new EnumMap<Area, EventHandler>(Area.class);
        for (var area : Area.values()) {
            handlers.put(area, new EventHandler() {
                @Override
                public APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) throws Exception {
                    return functions.handle(area, event);
                }

                @Override
                public APIGatewayV2HTTPResponse handle(SocketEvent event) throws Exception {
                    return functions.handle(area, event);
                }
            });
        }
        return handlers;
    }

    private static Set<String> previewDomains(Map<String, String> surroundings) {
        var domain = surroundings.getOrDefault("ELEVO_DOMAIN", "").strip().toLowerCase(Locale.ROOT);
        return domain.isEmpty() ? Set.of(PreviewNames.LOCAL_DOMAIN) : Set.of(PreviewNames.LOCAL_DOMAIN, domain);
    }

    private static void drain(Daemon agent, Secrets secrets) {
        try {
            Agent.drain(agent.port(), secrets);
        } catch (IOException e) {
            LoggerFactory.getLogger(Stack.class).error("sandboxes were not stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
