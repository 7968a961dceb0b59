/** Tests of the package of the same name. */
@NullMarked
package dev.elevo.platform.paging;

import org.jspecify.annotations.NullMarked;
