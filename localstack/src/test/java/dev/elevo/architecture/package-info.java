/** Rules about who may know whom, checked on the compiled classes of all modules. */
@NullMarked
package dev.elevo.architecture;

import org.jspecify.annotations.NullMarked;
