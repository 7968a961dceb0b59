/** API Gateway's place in the local run: HTTP in, version 2 events to the functions, with the cloud's own limits. */
@NullMarked
package dev.elevo.localstack.gateway;

import org.jspecify.annotations.NullMarked;
