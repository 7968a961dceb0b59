@NullMarked
package dev.elevo.contract.blob;

import org.jspecify.annotations.NullMarked;
