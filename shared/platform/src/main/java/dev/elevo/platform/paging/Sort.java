package dev.elevo.platform.paging;

/** The order of a list: by one property, ties by id. */
public record Sort(String by, boolean descending) {}
