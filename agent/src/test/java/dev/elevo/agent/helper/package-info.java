/** Tests of the helper protocol against the real helper. */
@NullMarked
package dev.elevo.agent.helper;

import org.jspecify.annotations.NullMarked;
