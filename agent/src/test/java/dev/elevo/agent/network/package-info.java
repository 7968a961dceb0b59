@NullMarked
package dev.elevo.agent.network;

import org.jspecify.annotations.NullMarked;
