package dev.elevo.contract.blob;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has somebody who may not enter a store bring one blob, or fetch it: by addresses that allow just that, for a while. The bytes go past
 * whoever gives them out.
 */
public interface BlobAddresses {

    /**
     * A blob that is being brought. Whoever knows this much may bring it to its end.
     *
     * @param id by which the store knows it
     */
    record Arrival(String key, String id) {}

    /**
     * What an answer says of what it brings.
     *
     * @param disposition the header of that name; null is none
     */
    record Label(String mediaType, @Nullable String disposition) {}

    /** Nothing is under the key by that: only {@link #complete} puts it there. */
    Arrival expect(String key) throws IOException;

    /** Where to bring it: each takes one PUT and answers with an ETag, in order; not all need to be used. */
    List<URI> parts(Arrival arrival, int count, Duration life) throws IOException;

    /** From here on it is under the key. Completing what is complete is success. */
    void complete(Arrival arrival, List<String> etags) throws IOException;

    /** It will not come. Giving up what is not expected any more is success, and leaves what was completed. */
    void abandon(Arrival arrival) throws IOException;

    /** Answers a GET with what is under the key. */
    URI departure(String key, Duration life) throws IOException;

    /** The same, and the answer is said to be that. */
    URI departure(String key, Duration life, Label label) throws IOException;

    /** Deleting what is not there is success. */
    void delete(String key) throws IOException;
}
