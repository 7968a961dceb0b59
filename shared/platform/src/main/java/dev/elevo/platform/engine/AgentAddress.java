package dev.elevo.platform.engine;

import java.util.Map;

/**
 * Where an agent answers.
 *
 * @param url without a slash at its end
 * @param headers that a request must carry to come through to it, besides what the agent itself wants
 */
record AgentAddress(String url, Map<String, String> headers) {
    AgentAddress {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "AgentAddress[" + url + "]"; // the headers are a credential
    }
}
