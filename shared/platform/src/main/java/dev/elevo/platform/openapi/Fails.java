package dev.elevo.platform.openapi;

import dev.elevo.contract.ErrorCode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the endpoint may fail, besides what every endpoint may fail with. On a package: each of its endpoints. Most failures come from the
 * agent, so nothing but this says which they are.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PACKAGE})
public @interface Fails {
    ErrorCode[] value();
}
