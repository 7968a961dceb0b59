package dev.elevo.conformance.dsl;

/** A sandbox, and the calls into it. */
public record Box(String id, Caller caller) {

    public Answer get(String path) {
        return caller.get(path);
    }

    public Answer post(String path, Object... fields) {
        return caller.post(path, fields);
    }

    public Answer put(String path, Object... fields) {
        return caller.put(path, fields);
    }

    public Answer patch(String path, Object... fields) {
        return caller.patch(path, fields);
    }

    public Answer delete(String path) {
        return caller.delete(path);
    }

    /** What the command says, which must go well. */
    public String run(String command) {
        return post("/process/run", "command", command)
                .is(200)
                .has("/exitCode", 0)
                .field("stdout");
    }

    public Box write(String path, String content) {
        post("/files/write", "path", path, "content", content).is(200);
        return this;
    }
}
