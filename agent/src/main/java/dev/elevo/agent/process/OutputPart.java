package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;

/** Bytes of one stream as they arrived. */
@SuppressWarnings("ArrayRecordComponent") // on their way; nobody compares them
record OutputPart(OutputStreamName stream, byte[] bytes) {}
