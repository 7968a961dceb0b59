package dev.elevo.contract.agent;

/**
 * Bytes of a file.
 *
 * @param size of the whole file
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record FileContent(byte[] bytes, long size) {}
