/** Benchmarks side by side with their peers, in one run, printed as ratios. Only loopback is loaded. */
@NullMarked
package dev.elevo.bench;

import org.jspecify.annotations.NullMarked;
