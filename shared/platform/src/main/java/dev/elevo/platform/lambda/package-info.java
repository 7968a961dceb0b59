/** What AWS Lambda hands a function and what it gets back: events, schedules, the function base class. */
@NullMarked
package dev.elevo.platform.lambda;

import org.jspecify.annotations.NullMarked;
