package dev.elevo.functions.files;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.SandboxPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a search that annotations cannot say. */
final class SearchRules {
    private static final String NO_NUL = "must not contain a NUL character";
    private static final String REVERSED = "must not begin behind its end";

    private SearchRules() {}

    /** The request with its path as it is meant; or 9004 or 3006. */
    static FindRequest checked(FindRequest request) {
        var broken = new ArrayList<FieldError>();
        refuseNul("pattern", request.pattern(), broken);
        refuseNuls("excludeDirs", request.excludeDirs(), broken);
        var size = request.sizeRange();
        if (size != null && size.min() != null && size.max() != null && size.min() > size.max()) {
            broken.add(new FieldError("sizeRange", REVERSED, null));
        }
        var modified = request.modifiedRange();
        if (modified != null
                && modified.after() != null
                && modified.before() != null
                && modified.after().isAfter(modified.before())) {
            broken.add(new FieldError("modifiedRange", REVERSED, null));
        }
        refuse(broken);
        return new FindRequest(
                SandboxPath.normal(request.path()),
                request.pattern(),
                request.maxDepth(),
                request.includeHidden(),
                request.type(),
                request.limit(),
                request.excludeDirs(),
                request.sizeRange(),
                request.modifiedRange(),
                request.user());
    }

    /** The request with its path as it is meant; or 9004 or 3006. */
    static GrepRequest checked(GrepRequest request) {
        var broken = new ArrayList<FieldError>();
        refuseNul("pattern", request.pattern(), broken);
        refuseNul("include", request.include(), broken);
        refuseNuls("exclude", request.exclude(), broken);
        refuse(broken);
        return new GrepRequest(
                SandboxPath.normal(request.path()),
                request.pattern(),
                request.caseSensitive(),
                request.wholeWord(),
                request.include(),
                request.exclude(),
                request.limit(),
                request.context(),
                request.searchBinary(),
                request.user());
    }

    private static void refuse(List<FieldError> broken) {
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }

    private static void refuseNuls(String field, @Nullable List<String> texts, List<FieldError> broken) {
        if (texts != null) {
            for (int i = 0; i < texts.size(); i++) {
                refuseNul(field + "[" + i + "]", texts.get(i), broken);
            }
        }
    }

    private static void refuseNul(String field, @Nullable String text, List<FieldError> broken) {
        if (text != null && text.indexOf('\0') >= 0) {
            broken.add(new FieldError(field, NO_NUL, null));
        }
    }
}
