/** What is said on WebSockets (contract 4), spelled and read alike by the functions and by the agent. */
@NullMarked
package dev.elevo.contract.stream;

import org.jspecify.annotations.NullMarked;
