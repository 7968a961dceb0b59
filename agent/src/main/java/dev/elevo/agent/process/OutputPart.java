package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;

/** Bytes of one stream as they arrived. */
@SuppressWarnings("ArrayRecordComponent") // on their way; nobody compares them
public record OutputPart(OutputStreamName stream, byte[] bytes) {}
