package dev.elevo.agent.dns;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a message asks.
 *
 * @param flags of the message, of which an answer gives some back
 * @param section the question as it was written
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
record Question(int id, int flags, String name, int type, int kind, byte[] section) {
    static final int HEADER = 12;
    static final int IPV4_ADDRESS = 1;
    static final int INTERNET = 1;

    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NAME_ERROR = 3;
    static final int NOT_IMPLEMENTED = 4;

    /** So many fit into the 512 bytes that everybody reads, whatever the name. */
    static final int MOST_ADDRESSES = 15;

    private static final int RESPONSE = 0x8000;
    private static final int OPERATION = 0x7800;
    private static final int RECURSION_WANTED = 0x0100;
    private static final int RECURSION_OFFERED = 0x0080;
    /** The name of the question, by which every answer refers to it. */
    private static final int SAME_NAME = 0xc000 | HEADER;

    private static final int ADDRESS_BYTES = 4;

    /** @throws MalformedMessageException it is no question with one name; {@link #complaint} says so */
    static Question read(byte[] message) throws MalformedMessageException {
        var reader = new MessageReader(message);
        var id = reader.number16();
        var flags = reader.number16();
        var questions = reader.number16();
        reader.bytes(HEADER - reader.position());
        if ((flags & (RESPONSE | OPERATION)) != 0 || questions != 1) {
            throw new MalformedMessageException("not one question");
        }
        var name = reader.name();
        var type = reader.number16();
        var kind = reader.number16();
        return new Question(id, flags, name, type, kind, Arrays.copyOfRange(message, HEADER, reader.position()));
    }

    static Question forAddressOf(String name, int id) {
        var section = ByteBuffer.allocate(name.length() + 2 + 4);
        for (var label : name.split("\\.", -1)) {
            section.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        section.put((byte) 0).putShort((short) IPV4_ADDRESS).putShort((short) INTERNET);
        return new Question(id, RECURSION_WANTED, name, IPV4_ADDRESS, INTERNET, section.array());
    }

    byte[] asked() {
        return message(flags, List.of(), 0);
    }

    boolean isForAddress() {
        return type == IPV4_ADDRESS && kind == INTERNET;
    }

    byte[] answered(List<Inet4Address> addresses, int seconds) {
        return message(answerFlags(flags), addresses, seconds);
    }

    byte[] failed(int code) {
        return message(answerFlags(flags) | code, List.of(), 0);
    }

    private byte[] message(int flagsOfIt, List<Inet4Address> addresses, int seconds) {
        var message = ByteBuffer.allocate(HEADER + section.length + addresses.size() * (HEADER + ADDRESS_BYTES))
                .putShort((short) id)
                .putShort((short) flagsOfIt)
                .putShort((short) 1)
                .putShort((short) addresses.size())
                .putInt(0)
                .put(section);
        for (var address : addresses) {
            message.putShort((short) SAME_NAME)
                    .putShort((short) IPV4_ADDRESS)
                    .putShort((short) INTERNET)
                    .putInt(seconds)
                    .putShort((short) ADDRESS_BYTES)
                    .put(address.getAddress());
        }
        return Arrays.copyOf(message.array(), message.position());
    }

    private static int answerFlags(int flags) {
        return RESPONSE | RECURSION_OFFERED | (flags & RECURSION_WANTED);
    }

    /** The answer to what is no question; nothing for what is itself an answer, or two would talk for ever. */
    static byte[] complaint(byte[] message) {
        if (message.length < HEADER || (message[2] & 0x80) != 0) {
            return new byte[0];
        }
        var head = ByteBuffer.wrap(message);
        var flags = head.getShort(2) & 0xffff;
        var code = (flags & OPERATION) == 0 ? FORMAT_ERROR : NOT_IMPLEMENTED;
        return ByteBuffer.allocate(HEADER)
                .putShort(head.getShort(0))
                .putShort((short) (answerFlags(flags) | (flags & OPERATION) | code))
                .array();
    }
}
