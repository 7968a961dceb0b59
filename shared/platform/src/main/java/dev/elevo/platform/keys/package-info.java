/** API keys and revoked tokens as the state table holds them. */
@NullMarked
package dev.elevo.platform.keys;

import org.jspecify.annotations.NullMarked;
