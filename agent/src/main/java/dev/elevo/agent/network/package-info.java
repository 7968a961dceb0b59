/** What a sandbox can reach: namespaces made ahead of need, and the rules of the host's firewall. */
@NullMarked
package dev.elevo.agent.network;

import org.jspecify.annotations.NullMarked;
