package dev.elevo.platform.http;

/**
 * The order of the filters every request passes (contract 1.8); the response passes them the other way round. Numbers are
 * the {@code order} of the filter methods: request and response method of one filter carry the same.
 */
public final class PipelineOrder {
    public static final int REQUEST_ID = 100;
    public static final int ACCESS_LOG = 200;
    public static final int CORS = 300;
    public static final int BODY_SIZE = 400;
    public static final int ADDRESS_BUCKET = 500;
    public static final int AUTHENTICATION = 600;
    public static final int SCOPE = 700;
    public static final int RATE_LIMIT = 800;
    public static final int IDEMPOTENCY = 900;
    public static final int CONTENT_TYPE = 1000;
    public static final int AUDIT = 1100;
    public static final int FIELDS = 1200;

    private PipelineOrder() {}
}
