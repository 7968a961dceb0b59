/** The files inside a sandbox: what is asked of them, and the addresses of what is too large for a request. Access to them is the agent's. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "files")
@Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.PERMISSION_DENIED, ErrorCode.INVALID_PATH
})
package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
