package dev.elevo.contract.blob;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Has somebody who may not enter a store bring one blob, or fetch it: by addresses that allow just that, for a while. The bytes go past
 * whoever gives them out.
 */
public interface BlobAddresses {

    /**
     * A blob that is being brought.
     *
     * @param id by which the store knows it
     * @param parts each takes one PUT and answers with an ETag, in order; not all need to be used
     */
    record Arrival(String key, String id, List<URI> parts) {
        public Arrival {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return "Arrival[" + key + "]"; // the addresses are credentials
        }
    }

    /** Nothing is under the key by that: only {@link #complete} puts it there. */
    Arrival expect(String key, int parts, Duration life) throws IOException;

    /** From here on it is under the key. */
    void complete(Arrival arrival, List<String> etags) throws IOException;

    /** It will not come. */
    void abandon(Arrival arrival) throws IOException;

    /** Answers a GET with what is under the key. */
    URI departure(String key, Duration life) throws IOException;

    /** Deleting what is not there is success. */
    void delete(String key) throws IOException;
}
