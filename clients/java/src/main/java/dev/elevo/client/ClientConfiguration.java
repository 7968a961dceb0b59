package dev.elevo.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * @param apiUrl of the service, without the version
 * @param timeout of each attempt, until it is answered; of a transfer of a file, how long it may stand still
 * @param retries after the first attempt
 * @param debug whether each attempt is told on stderr
 * @param clientType as the service's log and its metrics name us
 */
record ClientConfiguration(URI apiUrl, String apiKey, Duration timeout, int retries, boolean debug, String clientType) {
    static final String URL = "WORKSPACE_API_URL";
    static final String KEY = "WORKSPACE_API_KEY";
    static final String TIMEOUT = "WORKSPACE_TIMEOUT";
    static final String DEBUG = "WORKSPACE_DEBUG";

    static final String USUAL_URL = "http://localhost:8080";
    static final String USUAL_TIMEOUT = "60000";
    static final int USUAL_RETRIES = 3;

    ClientConfiguration {
        if (!List.of("http", "https").contains(String.valueOf(apiUrl.getScheme())) || apiUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "\"" + apiUrl + "\" is no address of a service, such as http://localhost:8080");
        }
        if (apiKey.isBlank()) {
            throw new IllegalArgumentException("no key: " + KEY + " names one, or the builder");
        }
        if (!timeout.isPositive() || retries < 0) {
            throw new IllegalArgumentException("a time-out is more than nothing, and retries are not less");
        }
    }

    static Map<String, String> environment() {
        return System.getenv();
    }

    /** With or without the version at its end. */
    static URI service(String url) {
        return URI.create(url.strip().replaceFirst("(/api/v1)?/*$", ""));
    }

    static Duration timeout(String text) {
        if (!text.matches("[1-9]\\d{0,9}")) {
            throw new IllegalArgumentException(TIMEOUT + " is \"" + text + "\"; it must be a number of milliseconds");
        }
        return Duration.ofMillis(Long.parseLong(text));
    }

    static boolean isOn(String text) {
        return !text.matches("|0|false");
    }
}
