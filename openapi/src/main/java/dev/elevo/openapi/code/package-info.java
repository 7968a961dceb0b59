/** What a controller's code says that its signature does not: which parameters it reads, with their rules, and which statuses it answers. */
@NullMarked
package dev.elevo.openapi.code;

import org.jspecify.annotations.NullMarked;
