package dev.elevo.agent.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a name server answered to a question for addresses.
 *
 * @param isCut whether the rest did not fit
 * @param seconds for which all of it holds
 */
record Answer(int code, boolean isCut, List<Inet4Address> addresses, int seconds) {
    private static final int RESPONSE = 0x8000;
    private static final int CUT = 0x0200;
    private static final int CODE = 0x000f;
    private static final int OTHER_NAME = 5;
    private static final int MOST_NAMES = 16;
    private static final int MOST_RECORDS = 256;

    private record Found(Inet4Address address, int seconds) {}

    private record Alias(String target, int seconds) {}

    /** @throws MalformedMessageException it is no answer to this question */
    static Answer read(byte[] message, Question question) throws MalformedMessageException {
        var reader = new MessageReader(message);
        var id = reader.number16();
        var flags = reader.number16();
        var questions = reader.number16();
        var answers = reader.number16();
        reader.bytes(Question.HEADER - reader.position());
        if (id != question.id() || (flags & RESPONSE) == 0 || questions != 1) {
            throw new MalformedMessageException("not an answer to the question");
        }
        if (!reader.name().equals(question.name())
                || reader.number16() != question.type()
                || reader.number16() != question.kind()) {
            throw new MalformedMessageException("an answer to another question");
        }
        if ((flags & CUT) != 0 || (flags & CODE) != 0) {
            return new Answer(flags & CODE, (flags & CUT) != 0, List.of(), 0);
        }
        return records(reader, Math.min(answers, MOST_RECORDS), question.name());
    }

    /** Only what the question's name leads to counts: a server may say anything about other names. */
    private static Answer records(MessageReader reader, int count, String asked) throws MalformedMessageException {
        var aliases = new HashMap<String, Alias>();
        var found = new HashMap<String, List<Found>>();
        for (var i = 0; i < count; i++) {
            var name = reader.name();
            var type = reader.number16();
            var kind = reader.number16();
            var seconds = reader.number32();
            var length = reader.number16();
            if (type == OTHER_NAME && kind == Question.INTERNET) {
                var end = reader.position() + length;
                aliases.putIfAbsent(name, new Alias(reader.name(), seconds));
                if (reader.position() != end) {
                    throw new MalformedMessageException("a record is longer or shorter than it says");
                }
            } else {
                var data = reader.bytes(length);
                if (type == Question.IPV4_ADDRESS && kind == Question.INTERNET) {
                    found.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Found(address(data), seconds));
                }
            }
        }
        return followed(aliases, found, asked);
    }

    private static Answer followed(Map<String, Alias> aliases, Map<String, List<Found>> found, String asked) {
        var name = asked;
        var seconds = Integer.MAX_VALUE;
        for (var i = 0; i < MOST_NAMES && !found.containsKey(name); i++) {
            var alias = aliases.get(name);
            if (alias == null) {
                return new Answer(0, false, List.of(), 0);
            }
            seconds = Math.min(seconds, alias.seconds());
            name = alias.target();
        }
        var addresses = found.getOrDefault(name, List.of());
        for (var each : addresses) {
            seconds = Math.min(seconds, each.seconds());
        }
        return new Answer(
                0,
                false,
                addresses.stream().map(Found::address).distinct().toList(),
                addresses.isEmpty() ? 0 : seconds);
    }

    private static Inet4Address address(byte[] data) throws MalformedMessageException {
        try {
            if (InetAddress.getByAddress(data) instanceof Inet4Address address) {
                return address;
            }
        } catch (UnknownHostException otherLength) {
            throw new MalformedMessageException("no address: " + otherLength.getMessage());
        }
        throw new MalformedMessageException("an address of another length");
    }
}
