package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What a fork has made. */
@Serdeable
public record ForkedSandboxes(List<SandboxInfo> sandboxes) {}
