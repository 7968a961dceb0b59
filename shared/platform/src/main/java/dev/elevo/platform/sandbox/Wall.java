package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.Isolation;
import java.util.Map;

/** What stands around a sandbox, and which limits its host really enforces. */
public record Wall(Isolation isolation, Map<String, Boolean> enforced) {
    public Wall {
        enforced = Map.copyOf(enforced);
    }
}
