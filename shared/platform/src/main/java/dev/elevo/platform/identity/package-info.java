/** Who calls and what they may do: credentials, principals, scopes. */
@NullMarked
package dev.elevo.platform.identity;

import org.jspecify.annotations.NullMarked;
