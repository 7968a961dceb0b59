/** The language servers of a sandbox: starting, asking and ending them. What they are and how they are spoken to is the agent's. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "lsp")
@Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.PERMISSION_DENIED, ErrorCode.INVALID_PATH
})
package dev.elevo.functions.lsp;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
