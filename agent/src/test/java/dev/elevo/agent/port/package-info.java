@NullMarked
package dev.elevo.agent.port;

import org.jspecify.annotations.NullMarked;
