package dev.elevo.agent.files;

import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.RealHelper;
import dev.elevo.agent.helper.Role;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import java.io.IOException;
import java.nio.file.Path;

/** Searches and watches of a helper outside any sandbox: on the files of the test, with its rights. */
final class InsideHelper implements AutoCloseable {
    static final int TIME_MS = 20_000;

    private final RealHelper helper;

    InsideHelper(Path directory) throws IOException {
        helper = new RealHelper(directory);
    }

    RealHelper helper() {
        return helper;
    }

    FindResult find(FindRequest request) throws IOException {
        try (var server = search()) {
            return server.find(request.path(), request, TIME_MS);
        }
    }

    GrepResult grep(GrepRequest request) throws IOException {
        try (var server = search()) {
            return server.grep(request.path(), request, TIME_MS);
        }
    }

    SearchServer search() throws IOException {
        try (var connection = new Helper(helper.socket())) {
            return new SearchServer(connection.serve(Role.SEARCH, RealHelper.user()), new AnswerRoom().growing());
        }
    }

    WatchServer watch() throws IOException {
        try (var connection = new Helper(helper.socket())) {
            return new WatchServer(connection.serve(Role.WATCH, RealHelper.user()));
        }
    }

    @Override
    public void close() throws IOException {
        helper.close();
    }
}
