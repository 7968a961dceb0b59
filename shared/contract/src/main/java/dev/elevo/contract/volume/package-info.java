/** What clients say and hear about volumes. */
@NullMarked
package dev.elevo.contract.volume;

import org.jspecify.annotations.NullMarked;
