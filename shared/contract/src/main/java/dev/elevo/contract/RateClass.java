package dev.elevo.contract;

/** The class a request is counted in, with its default limit per minute. */
public enum RateClass {
    READ("read", 1000),
    WRITE("write", 100),
    SANDBOX_CREATE("sandbox-create", 10),
    EXEC("exec", 60),
    UPLOAD("upload", 30);

    private final String label;
    private final int perMinute;

    RateClass(String label, int perMinute) {
        this.label = label;
        this.perMinute = perMinute;
    }

    public String label() {
        return label;
    }

    public int perMinute() {
        return perMinute;
    }
}
