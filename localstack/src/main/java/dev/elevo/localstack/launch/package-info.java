/** Puts the local run together and takes it apart again: the home, its secrets, the processes beside this one, the schedules. */
@NullMarked
package dev.elevo.localstack.launch;

import org.jspecify.annotations.NullMarked;
