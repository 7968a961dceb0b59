@NullMarked
package dev.elevo.agent.dns;

import org.jspecify.annotations.NullMarked;
