/** Reading the query string by the contract's rules, pages and signed cursors. Knows no resource. */
@NullMarked
package dev.elevo.platform.paging;

import org.jspecify.annotations.NullMarked;
