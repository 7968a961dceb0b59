package dev.elevo.platform.streams;

import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.context.annotation.Factory;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Makes beans of what the contract has for everybody. */
@Factory
final class StreamsFactory {
    @Singleton
    ServerMessages serverMessages(JsonMapper json, InstantSource clock) {
        return new ServerMessages(json, clock);
    }
}
