/** Wire records of files inside a sandbox. */
@NullMarked
package dev.elevo.contract.files;

import org.jspecify.annotations.NullMarked;
