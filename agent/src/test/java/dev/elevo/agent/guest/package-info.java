/** Tests of the agent as guest. */
@org.jspecify.annotations.NullMarked
package dev.elevo.agent.guest;
