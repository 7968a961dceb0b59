package dev.elevo.localstack.microvm;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tokens that were given out, each for one machine, some ports and a while. */
final class ProxyTokens {
    private record Right(String machine, Set<Integer> ports, Instant until) {}

    private final Map<String, Right> given = new ConcurrentHashMap<>();

    String give(String machine, Set<Integer> ports, Duration life) {
        var token = "eyJ" + UUID.randomUUID() + "." + UUID.randomUUID();
        given.put(token, new Right(machine, ports, Instant.now().plus(life)));
        return token;
    }

    boolean admits(@Nullable String token, String machine, int port) {
        var right = token == null ? null : given.get(token);
        return right != null
                && right.machine().equals(machine)
                && right.ports().contains(port)
                && Instant.now().isBefore(right.until());
    }

    /** None of them opens anything any more; what is open stays so. */
    void expire() {
        given.clear();
    }

    int count() {
        return given.size();
    }
}
