package dev.elevo.client;

/**
 * A piece of what a process wrote. Pieces end anywhere, in the middle of a character, too.
 *
 * @param isError whether to stderr
 * @param droppedBytes how many right before these are not kept any more
 * @param cursor with which to go on behind it
 */
@SuppressWarnings("ArrayRecordComponent") // compared with none
public record Output(boolean isError, byte[] bytes, long droppedBytes, String cursor) {}
