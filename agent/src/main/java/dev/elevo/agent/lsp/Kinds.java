package dev.elevo.agent.lsp;

/** The names of the protocol's numbers. */
final class Kinds {
    static final int TEXT = 1;
    static final int VARIABLE = 13;

    private static final String[] SYMBOLS = {
        "File", "Module", "Namespace", "Package", "Class", "Method", "Property", "Field", "Constructor", "Enum",
        "Interface", "Function", "Variable", "Constant", "String", "Number", "Boolean", "Array", "Object", "Key",
        "Null", "EnumMember", "Struct", "Event", "Operator", "TypeParameter"
    };
    private static final String[] COMPLETIONS = {
        "Text", "Method", "Function", "Constructor", "Field", "Variable", "Class", "Interface", "Module", "Property",
        "Unit", "Value", "Enum", "Keyword", "Snippet", "Color", "File", "Reference", "Folder", "EnumMember",
        "Constant", "Struct", "Event", "Operator", "TypeParameter"
    };
    private static final String[] SEVERITIES = {"Error", "Warning", "Information", "Hint"};

    private Kinds() {}

    static String symbol(int kind) {
        return SYMBOLS[kind - 1];
    }

    static String completion(int kind) {
        return COMPLETIONS[kind - 1];
    }

    static String severity(int severity) {
        return SEVERITIES[severity - 1];
    }
}
