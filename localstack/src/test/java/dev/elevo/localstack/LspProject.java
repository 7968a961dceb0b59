package dev.elevo.localstack;

import java.util.List;
import java.util.Map;

/**
 * A small project of one language: a function {@code greet} with a name to be found, a call of it behind a character of two UTF-16
 * units, a mistake, and something to complete.
 *
 * @param server the program that serves it, as the table names it
 */
record LspProject(String server, String language, String settings, String file, String text, String greetAgain) {

    static final List<LspProject> ALL = List.of(
            python("pyright"),
            python("pylsp"),
            script("typescript", "main.ts", "number"),
            script("javascript", "main.js", ""),
            c("c", "main.c"),
            c("cpp", "main.cpp"));

    private static LspProject python(String server) {
        return new LspProject(
                server, "python", ",\"settings\":{\"server\":\"" + server + "\"}", "main.py", """
                    import os


                    def greet(name: str) -> str:
                        \"""Says hello.\"""
                        return "hello " + name


                    text = "😀" + greet("y")
                    spaced  =  greet("x") + missing
                    print(text.upp)
                    """, "missing");
    }

    private static LspProject script(String language, String file, String type) {
        var typed = !type.isEmpty();
        return new LspProject(
                "typescript-language-server", language, "", file, """
                    // @ts-check
                    /** Says hello. @param {string} name */
                    export function greet(name%s) {
                      return "hello " + name;
                    }
                    const text = "😀" + greet("y");
                    let  spaced =  greet("x") + missing;
                    text.toUpp
                    """.formatted(typed ? ": string" : ""), "missing");
    }

    private static LspProject c(String language, String file) {
        return new LspProject("clangd", language, "", file, """
            #include <stdio.h>

            struct box { int depth; };

            /// Says hello.
            static int greet(const char *name) {
                return printf("hello %s\\n", name);
            }

            int main(void) {
                struct box one = {1};
                /* 😀 */ greet("y");
                int  spaced =  gree("x");
                return spaced + one.dep;
            }
            """, "gree(");
    }

    /** The wrong word in it. */
    String mistake() {
        return greetAgain.replace("(", "");
    }

    String directory() {
        return "/home/user/" + server + "-" + language;
    }

    String path() {
        return directory() + "/" + file;
    }

    /** Where the text has this, so many characters into it. */
    Map<String, Integer> position(String of, int into) {
        var at = text.indexOf(of) + into;
        var before = text.substring(0, at);
        var line = (int) before.chars().filter(character -> character == '\n').count();
        return Map.of("line", line, "character", at - (before.lastIndexOf('\n') + 1));
    }

    /** Where in the text a place is; what is behind the end is the end. */
    int offset(int line, int character) {
        var at = 0;
        for (int i = 0; i < line && at < text.length(); i++) {
            at = text.indexOf('\n', at) + 1;
        }
        return (int) Math.min((long) at + character, text.length());
    }
}
