/** What no endpoint serves goes to the upstreams that the gateway's rules name (contract 5.6). */
@NullMarked
package dev.elevo.functions.admin.gateway.forward;

import org.jspecify.annotations.NullMarked;
