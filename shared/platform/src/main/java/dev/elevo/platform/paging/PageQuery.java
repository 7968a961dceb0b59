package dev.elevo.platform.paging;

/** Which stretch of a list is wanted, and in which order. */
public record PageQuery(Sort sort, int limit, Start start) {

    /** Where the stretch begins. */
    public sealed interface Start {}

    /** The page of this number, from 1; the answer counts the whole list. */
    public record Numbered(int page) implements Start {}

    /** Cursor mode from the beginning. */
    public record First() implements Start {}

    /** What follows this position in the order of the list. */
    public record After(String position) implements Start {}

    /** What comes right before this position in the order of the list. */
    public record Before(String position) implements Start {}
}
