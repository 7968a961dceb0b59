package dev.elevo.functions.admin.gateway.forward;

import java.util.List;

/** What an upstream has answered, whole. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record UpstreamAnswer(int status, List<Header> headers, byte[] body) {
    record Header(String name, String value) {}

    UpstreamAnswer {
        headers = List.copyOf(headers);
    }

    List<String> all(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }
}
