/** What runs inside a sandbox: commands, code, sessions and terminals, their results and their output; and the address of its console. */
@NullMarked
@Configuration
@Requires(property = "elevo.area", value = "process")
@Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING})
package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
