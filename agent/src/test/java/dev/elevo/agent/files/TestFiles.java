package dev.elevo.agent.files;

import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.agent.stream.LastUses;

/** Files for tests of what needs them. */
public final class TestFiles implements AutoCloseable {
    private final FileServers servers;
    private final Files files;

    public TestFiles(ProcessHosts hosts) {
        servers = new FileServers(hosts);
        files = new Files(servers, new SpentTickets(hosts), new LastUses(), new AnswerRoom());
    }

    public Files files() {
        return files;
    }

    @Override
    public void close() {
        servers.stop();
    }
}
