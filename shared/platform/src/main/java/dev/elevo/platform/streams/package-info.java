/**
 * WebSocket streams as API Gateway has them: connections that no function holds, messages that come as events, and an outlet to
 * write to. What a stream says is the area's affair.
 */
@NullMarked
package dev.elevo.platform.streams;

import org.jspecify.annotations.NullMarked;
