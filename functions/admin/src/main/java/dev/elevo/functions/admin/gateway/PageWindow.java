package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** A part of a list: {@code page} from 1, {@code size} of 1 to 100. */
record PageWindow(int from, int size) {
    private static final int USUAL = 20;
    private static final int MOST = 100;
    private static final int LAST_PAGE = 1_000_000;

    static PageWindow of(@Nullable Integer page, @Nullable Integer size) {
        var number = page == null ? 1 : page;
        var many = size == null ? USUAL : size;
        var errors = new ArrayList<FieldError>();
        if (number < 1 || number > LAST_PAGE) {
            errors.add(new FieldError("page", "must be 1 to " + LAST_PAGE, number));
        }
        if (many < 1 || many > MOST) {
            errors.add(new FieldError("size", "must be 1 to " + MOST, many));
        }
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors).asException();
        }
        return new PageWindow((number - 1) * many, many);
    }
}
