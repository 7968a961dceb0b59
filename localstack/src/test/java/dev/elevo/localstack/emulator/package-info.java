/** What an emulator of AWS takes of ours: runs where Docker is, and says that it was skipped where it is not. */
@NullMarked
package dev.elevo.localstack.emulator;

import org.jspecify.annotations.NullMarked;
