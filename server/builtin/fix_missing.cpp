#include "builtin/fix.h"

#include "builtin/phrase.h"
#include "builtin/vocabulary.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// Names of the C++ standard library and the header that is meant for them.
struct Provided {
    std::string_view header;
    std::string_view names; ///< with a space around each
};

constexpr Provided cpp_headers[] = {
    { "<vector>", " vector " },
    { "<string>", " string to_string stoi stol stoul stod getline basic_string wstring " },
    { "<string_view>", " string_view " },
    { "<map>", " map multimap " },
    { "<set>", " set multiset " },
    { "<unordered_map>", " unordered_map unordered_multimap " },
    { "<unordered_set>", " unordered_set " },
    { "<array>", " array " },
    { "<deque>", " deque " },
    { "<list>", " list " },
    { "<queue>", " queue priority_queue " },
    { "<stack>", " stack " },
    { "<optional>", " optional nullopt make_optional " },
    { "<variant>", " variant visit get_if holds_alternative monostate " },
    { "<tuple>", " tuple make_tuple tie " },
    { "<span>", " span " },
    { "<memory>", " unique_ptr shared_ptr weak_ptr make_unique make_shared " },
    { "<functional>", " function hash less greater bind " },
    { "<utility>", " pair move forward swap exchange make_pair " },
    { "<algorithm>",
        " sort stable_sort find find_if any_of all_of none_of count count_if min max clamp copy transform reverse unique remove_if "
        "lower_bound upper_bound max_element min_element fill replace for_each " },
    { "<numeric>", " accumulate iota gcd lcm " },
    { "<iostream>", " cout cerr cin clog " },
    { "<ostream>", " ostream endl " },
    { "<sstream>", " stringstream ostringstream istringstream " },
    { "<fstream>", " ifstream ofstream fstream " },
    { "<iomanip>", " setw setprecision setfill " },
    { "<thread>", " thread jthread " },
    { "<mutex>", " mutex lock_guard unique_lock scoped_lock " },
    { "<atomic>", " atomic " },
    { "<chrono>", " chrono " },
    { "<filesystem>", " filesystem " },
    { "<stdexcept>", " runtime_error logic_error invalid_argument out_of_range " },
    { "<exception>", " exception " },
    { "<limits>", " numeric_limits " },
    { "<cstdint>", " int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t " },
    { "<cstddef>", " size_t ptrdiff_t byte nullptr_t " },
    { "<cmath>", " sqrt pow abs floor ceil round " },
    { "<cstring>", " memcpy memset strlen strcmp memcmp " },
    { "<cstdio>", " printf fprintf snprintf fopen " },
    { "<cstdlib>", " malloc free exit getenv abort atoi " },
    { "<regex>", " regex smatch regex_match " },
    { "<random>", " mt19937 random_device uniform_int_distribution " },
};

constexpr Provided c_headers[] = {
    { "<stdio.h>", " printf fprintf snprintf fopen fclose puts FILE getline " },
    { "<stdlib.h>", " malloc calloc realloc free exit getenv atoi abort qsort " },
    { "<string.h>", " memcpy memset strlen strcmp memcmp strncmp strchr strdup " },
    { "<stdint.h>", " int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t " },
    { "<stdbool.h>", " bool true false " },
    { "<stddef.h>", " size_t ptrdiff_t NULL " },
    { "<math.h>", " sqrt pow fabs floor ceil " },
    { "<ctype.h>", " isalpha isdigit isspace toupper tolower " },
    { "<errno.h>", " errno " },
    { "<assert.h>", " assert " },
    { "<unistd.h>", " read write close fork sleep " },
};

constexpr std::string_view python_modules =
    " os sys re json math random time datetime itertools functools collections pathlib subprocess typing logging argparse shutil tempfile "
    "unittest dataclasses enum abc io copy string textwrap threading asyncio contextlib hashlib csv glob heapq bisect decimal fractions "
    "statistics operator struct socket uuid ";

/// Package names and what is written to import them.
constexpr Provided go_packages[] = {
    { "fmt", " fmt " },
    { "strings", " strings " },
    { "strconv", " strconv " },
    { "os", " os " },
    { "errors", " errors " },
    { "sort", " sort " },
    { "time", " time " },
    { "io", " io " },
    { "bytes", " bytes " },
    { "bufio", " bufio " },
    { "math", " math " },
    { "sync", " sync " },
    { "context", " context " },
    { "regexp", " regexp " },
    { "unicode", " unicode " },
    { "log", " log " },
    { "path/filepath", " filepath " },
    { "encoding/json", " json " },
    { "net/http", " http " },
};

std::string_view provider_of(std::span<Provided const> table, std::string_view name)
{
    for (Provided const& known : table) {
        if (contains(known.names, fmt::format(" {} ", name)))
            return known.header;
    }
    return {};
}

/// Behind the last include of the same kind, else the last include, else the first line that is no comment.
std::size_t include_place(Source const& source, std::string_view header)
{
    std::size_t last_same = 0, last_any = 0, first_code = std::string::npos;
    bool in_block = false;
    for (std::size_t line = 0; line < source.lines.line_count(); ++line) {
        std::string_view const words = support::trim(source.lines.line(*source.text, line));
        if (words.starts_with("#include ")) {
            last_any = line + 1;
            if (contains(words, "<") == header.starts_with('<'))
                last_same = line + 1;
        }
        in_block = in_block || words.starts_with("/*");
        bool const is_code = !in_block && !words.empty() && !words.starts_with("//") && !words.starts_with("#pragma once");
        if (is_code && first_code == std::string::npos)
            first_code = line;
        in_block = in_block && !contains(words, "*/");
    }
    std::size_t const line = last_same > 0 ? last_same
        : last_any > 0                     ? last_any
        : first_code == std::string::npos  ? source.lines.line_count()
                                           : first_code;
    return source.lines.start(line);
}

/// The header that the finding itself asks for: "#include <vector>" or "include the header <stdio.h>".
std::string header_in(std::string_view message)
{
    auto const place = message.find("include");
    if (place == std::string_view::npos)
        return {};
    auto const open = message.find('<', place);
    auto const close = open == std::string_view::npos ? open : message.find('>', open);
    return close == std::string_view::npos || close - open > 60 ? std::string() : std::string(message.substr(open, close - open + 1));
}

std::optional<Correction> missing_include(Source const& source, Diagnostic const& diagnostic)
{
    if (!source.language || (source.language->name != "cpp" && source.language->name != "c"))
        return std::nullopt;
    std::string const message = diagnostic.message;
    bool const is_said = contains(message, "in namespace 'std'") || contains(message, "in namespace ‘std’")
        || contains(message, "is not a member of 'std'") || contains(message, "is not a member of ‘std’")
        || contains(message, "mplicit declaration of function") || contains(message, "No header providing")
        || contains(message, "forget to '#include") || contains(message, "forget to ‘#include") || contains(message, "include the header")
        || contains(message, "implicitly declaring library function") || contains(message, "undeclared identifier 'std'")
        || contains(message, "unknown type name");
    if (!is_said)
        return std::nullopt;
    bool const is_c = source.language->name == "c";
    std::string header = header_in(message);
    for (std::string const& part : quoted_parts(message)) {
        if (!header.empty())
            break;
        std::string_view name = part;
        if (name.starts_with("std::"))
            name.remove_prefix(5);
        header = is_c ? provider_of(c_headers, name) : provider_of(cpp_headers, name);
    }
    // A plain "unknown type name" may mean a type of the project's own.
    if (header.empty() || contains(*source.text, fmt::format("#include {}", header)))
        return std::nullopt;
    std::size_t const place = include_place(source, header);
    bool const has_includes = contains(*source.text, "#include ");
    return Correction { { { { place, place }, fmt::format("#include {}\n{}", header, has_includes ? "" : "\n") } },
        fmt::format("{} declares what is used here", code(header)) };
}

std::optional<Correction> missing_python_import(Source const& source, Diagnostic const& diagnostic)
{
    if (!source.language || source.language->name != "python" || !source.tree)
        return std::nullopt;
    bool const is_said = diagnostic.code == "F821" || diagnostic.code == "undefined-variable"
        || diagnostic.code == "reportUndefinedVariable" || contains(diagnostic.message, "ndefined name")
        || contains(diagnostic.message, "ndefined variable") || contains(diagnostic.message, "is not defined");
    auto const parts = quoted_parts(diagnostic.message);
    if (!is_said || parts.empty() || !contains(python_modules, fmt::format(" {} ", parts.front())))
        return std::nullopt;
    // Only a module is used with a dot behind it.
    ByteRange const name = identifier_at(*source.text, range_of(source, diagnostic).begin);
    if (name.end >= source.text->size() || (*source.text)[name.end] != '.')
        return std::nullopt;
    std::size_t line = 0;
    for (syntax::Node const node : source.tree->root().named_children()) {
        bool const is_docstring = line == 0 && node.is("expression_statement") && node.named_child(0).is("string");
        if (is_docstring || node.is_any({ "import_statement", "import_from_statement", "future_import_statement" }))
            line = node.last_row() + 1;
        else if (!node.is("comment"))
            break;
    }
    std::size_t const place = source.lines.start(line);
    return Correction { { { { place, place }, fmt::format("import {}\n", parts.front()) } },
        fmt::format("{} is a module of the standard library", code(parts.front())) };
}

std::optional<Correction> missing_go_import(Source const& source, Diagnostic const& diagnostic)
{
    if (!source.language || source.language->name != "go" || !source.tree
        || !(contains(diagnostic.message, "undefined: ") || contains(diagnostic.message, "undeclared name: ")))
        return std::nullopt;
    std::string_view const name = support::trim(std::string_view(diagnostic.message).substr(diagnostic.message.rfind(' ') + 1));
    std::string_view const package = provider_of(go_packages, name);
    if (package.empty() || contains(*source.text, fmt::format("\"{}\"", package)))
        return std::nullopt;
    std::string const reason = fmt::format("{} is a package of the standard library", code(package));
    syntax::Node clause;
    for (syntax::Node const node : source.tree->root().named_children()) {
        if (node.is("package_clause"))
            clause = node;
        if (!node.is("import_declaration"))
            continue;
        if (node.named_child(0).is("import_spec_list")) {
            std::size_t const place = source.lines.start(source.lines.line_at(node.named_child(0).begin()) + 1);
            return Correction { { { { place, place }, fmt::format("\t\"{}\"\n", package) } }, reason };
        }
        std::size_t const place = source.lines.start(source.lines.line_at(node.end()) + 1);
        return Correction { { { { place, place }, fmt::format("import \"{}\"\n", package) } }, reason };
    }
    if (!clause)
        return std::nullopt;
    std::size_t const place = source.lines.start(clause.last_row() + 1);
    return Correction { { { { place, place }, fmt::format("\nimport \"{}\"\n", package) } }, reason };
}

constexpr FixRule rules[] = {
    { "missing_include", &missing_include },
    { "missing_python_import", &missing_python_import },
    { "missing_go_import", &missing_go_import },
};

}

std::span<FixRule const> missing_rules() { return rules; }

}
