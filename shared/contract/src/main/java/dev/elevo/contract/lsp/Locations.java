package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Where something is. */
@Serdeable
public record Locations(List<Location> locations) {}
