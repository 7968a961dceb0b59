package dev.elevo.platform.openapi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the endpoint answers, where its return type leaves that open. On a package: each of its endpoints that leaves it open. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PACKAGE})
@Repeatable(Replies.All.class)
public @interface Replies {
    int status() default 200;

    /** What the body holds; {@code Void} where there is none. */
    Class<?> value();

    /** Whether it is a list of these, in the envelope of all lists. */
    boolean paged() default false;

    /** What it is the content of; {@code Void} where it is the body itself. */
    Class<?> envelope() default Void.class;

    String media() default "application/json";

    /** Several of them. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.PACKAGE})
    @interface All {
        Replies[] value();
    }
}
