#include "pattern.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <cstdlib>
#include <string>
#include <vector>

extern "C" {
#include "glob.h"
}

namespace {

constexpr size_t kLeastNeedle = 2;
constexpr size_t kMostAtoms = 16;
/* Each is looked for by itself: of more, the expression alone is as fast. */
constexpr size_t kMostNeedles = 8;
constexpr int64_t kMemory = 16 << 20;

/* What ends a word, for letters of every script; RE2's own \b knows those of English only. */
const char kBefore[] = "(?:^|[^\\pL\\pM\\p{Nd}_])(";
const char kBehind[] = ")(?:$|[^\\pL\\pM\\p{Nd}_])";

RE2::Options OptionsOf(unsigned flags) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive((flags & PATTERN_FOLD) == 0);
    options.set_never_nl((flags & PATTERN_LINES) != 0);
    options.set_max_mem(kMemory);
    return options;
}

std::string Spelled(const std::string &regex, unsigned flags) {
    std::string lines = (flags & PATTERN_LINES) != 0 ? "(?m)" : "";
    return (flags & PATTERN_WORD) != 0 ? lines + kBefore + regex + kBehind : lines + "(?:" + regex + ")";
}

bool Has(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

/* Other characters fold to k and s too: where they may be meant these two prove nothing. */
bool KAndSAreCertain(const std::string &regex, unsigned flags) {
    if ((flags & PATTERN_FOLD) != 0 || Has(regex, "(?") || Has(regex, "\\x") || Has(regex, "\\p") || Has(regex, "\\P")) return false;
    for (char c : regex) {
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    }
    return true;
}

/* The longest part of a required text that is certain to be there as it is, but for its case. */
std::string CertainPart(const std::string &atom, bool k_and_s) {
    std::string longest, part;
    for (size_t i = 0; i <= atom.size(); i++) {
        char c = i < atom.size() ? atom[i] : '\0';
        bool certain = c > 0 && c < 0x7f && c != '\n' && (k_and_s || (c != 'k' && c != 's'));
        if (certain) {
            part += c;
            continue;
        }
        if (part.size() > longest.size()) longest = part;
        part.clear();
    }
    return longest.size() < kLeastNeedle ? "" : longest;
}

/* Whether what matches has one of the texts, according to what is left when all of them are missing. */
bool OneIsRequired(const re2::FilteredRE2 &filter, size_t atoms, const std::vector<bool> &missing) {
    std::vector<int> there, passing;
    for (size_t i = 0; i < atoms; i++) {
        if (!missing[i]) there.push_back(static_cast<int>(i));
    }
    filter.AllPotentials(there, &passing);
    return passing.empty();
}

/* The longest text that must be there; else those of which one must be, if each has a part that is certain. */
std::vector<std::string> Needles(const std::string &regex, unsigned flags) {
    re2::FilteredRE2 filter(static_cast<int>(kLeastNeedle));
    int id;
    std::vector<std::string> atoms, parts;
    if (filter.Add(regex, OptionsOf(flags), &id) != RE2::NoError) return {};
    filter.Compile(&atoms);
    if (atoms.empty() || atoms.size() > kMostAtoms) return {};
    bool k_and_s = KAndSAreCertain(regex, flags);
    std::string best;
    for (size_t i = 0; i < atoms.size(); i++) {
        std::vector<bool> missing(atoms.size());
        missing[i] = true;
        parts.push_back(CertainPart(atoms[i], k_and_s));
        if (parts[i].size() > best.size() && OneIsRequired(filter, atoms.size(), missing)) best = parts[i];
    }
    if (!best.empty()) return {best};
    if (!OneIsRequired(filter, atoms.size(), std::vector<bool>(atoms.size(), true))) return {};
    std::vector<std::string> needles;
    for (size_t i = 0; i < parts.size(); i++) {
        if (parts[i].empty()) return {};
        bool implied = false;
        for (size_t j = 0; j < parts.size() && !implied; j++) {
            /* Of two that are the same the first stays. */
            implied = j != i && Has(parts[i], parts[j].c_str()) && (parts[i] != parts[j] || j < i);
        }
        if (!implied) needles.push_back(parts[i]);
    }
    return needles.size() <= kMostNeedles ? needles : std::vector<std::string>();
}

}  // namespace

struct pattern {
    pattern(const std::string &regex, unsigned flags)
        : expression(Spelled(regex, flags), OptionsOf(flags)), word((flags & PATTERN_WORD) != 0),
          by_line(Has(regex, "\\A") || Has(regex, "\\z") || Has(regex, "-m")) {}

    RE2 expression;
    bool word, by_line;
    std::vector<std::string> needles;
    std::vector<const char *> spelled;
};

struct pattern *pattern_open(const char *regex, unsigned flags, int *error) {
    /* By itself first: what it is written into could make something of half a pattern. */
    RE2 alone(regex, OptionsOf(flags));
    *error = alone.error_code();
    if (!alone.ok()) return nullptr;
    auto *made = new pattern(regex, flags);
    *error = made->expression.error_code();
    if (!made->expression.ok()) {
        delete made;
        return nullptr;
    }
    if ((flags & PATTERN_LINES) != 0) made->needles = Needles(regex, flags);
    for (const std::string &needle : made->needles) made->spelled.push_back(needle.c_str());
    return made;
}

struct pattern *pattern_glob(const char *glob) {
    int error;
    char *regex = glob_regex(glob);
    struct pattern *made = regex == nullptr ? nullptr : pattern_open(regex, 0, &error);
    free(regex);
    return made;
}

void pattern_close(struct pattern *pattern) { delete pattern; }

bool pattern_matches(const struct pattern *pattern, const char *text, size_t length) {
    return pattern->expression.Match(re2::StringPiece(text, length), 0, length, RE2::UNANCHORED, nullptr, 0);
}

bool pattern_find(const struct pattern *pattern, const char *text, size_t length, size_t from, size_t to, size_t *start) {
    re2::StringPiece found[2];
    int parts = pattern->word ? 2 : 1;
    if (!pattern->expression.Match(re2::StringPiece(text, length), from, to, RE2::UNANCHORED, found, parts)) return false;
    *start = static_cast<size_t>(found[parts - 1].data() - text);
    return true;
}

size_t pattern_needles(const struct pattern *pattern, const char *const **needles) {
    *needles = pattern->spelled.data();
    return pattern->spelled.size();
}

bool pattern_by_line(const struct pattern *pattern) { return pattern->by_line; }
