package dev.elevo.platform.http;

/**
 * The order of the filters every request passes (contract 1.8); the response passes them the other way round. Numbers are
 * the {@code @Order} of the filter methods: request and response method of one filter carry the same.
 *
 * <p>Before all of them the {@link Edge} gives the request its id; after all of them it writes the access log, because only
 * then the answer has been encoded and its status is certain. Between {@link #CONTENT_TYPE} and the controller the framework
 * parses and validates.
 */
public final class PipelineOrder {
    static final int ENDPOINT = 100;
    /** Before all that may refuse: a refusal leaves a record too. */
    public static final int AUDIT = 200;

    static final int CORS = 300;
    /** Of handshakes only. */
    public static final int ORIGIN = 350;

    static final int BODY_SIZE = 400;
    public static final int ADDRESS_BUCKET = 500;
    public static final int AUTHENTICATION = 600;
    public static final int SCOPE = 700;
    public static final int RATE_LIMIT = 800;
    public static final int IDEMPOTENCY = 900;
    /** Behind all that answers without doing anything. */
    public static final int AUDIT_AHEAD = 950;

    static final int CONTENT_TYPE = 1000;
    static final int FIELDS = 1200;

    private PipelineOrder() {}
}
