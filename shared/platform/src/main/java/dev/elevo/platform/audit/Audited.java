package dev.elevo.platform.audit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The endpoint leaves a record of the named action, such as {@code sandbox.create}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Audited {
    String value();

    /** It changes nothing and gives nothing away that opens a door: its record comes after it alone. */
    boolean looksOnly() default false;
}
