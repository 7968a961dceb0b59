/** Repositories inside a sandbox, by its own git. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "git")
@Fails({
    ErrorCode.SANDBOX_NOT_FOUND,
    ErrorCode.SANDBOX_NOT_RUNNING,
    ErrorCode.PERMISSION_DENIED,
    ErrorCode.INVALID_PATH,
    ErrorCode.GIT_ERROR
})
@Replies(status = 202, value = StillRunning.class)
package dev.elevo.functions.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
