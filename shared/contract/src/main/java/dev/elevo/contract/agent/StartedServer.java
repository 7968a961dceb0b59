package dev.elevo.contract.agent;

import dev.elevo.contract.lsp.LspServerInfo;
import io.micronaut.serde.annotation.Serdeable;

/** The server of a language and a project, and whether it was there before. */
@Serdeable
public record StartedServer(LspServerInfo server, boolean created) {}
