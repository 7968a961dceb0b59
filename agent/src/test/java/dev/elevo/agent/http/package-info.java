@NullMarked
package dev.elevo.agent.http;

import org.jspecify.annotations.NullMarked;
