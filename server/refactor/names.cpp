#include "refactor/names.h"

#include "refactor/tree_path.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

struct Reserved {
    std::string_view languages;
    std::string_view words;
};

constexpr std::array reserved {
    Reserved { "c cpp",
        "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return "
        "short "
        "signed sizeof static struct switch typedef union unsigned void volatile while bool true false nullptr typeof constexpr "
        "thread_local "
        "alignas alignof static_assert asm errno NULL EOF assert main stdin stdout stderr" },
    Reserved { "cpp",
        "and and_eq bitand bitor catch char8_t char16_t char32_t class compl concept consteval constinit const_cast co_await co_return "
        "co_yield "
        "decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq operator or or_eq private protected "
        "public reinterpret_cast requires static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq override "
        "final "
        "import module" },
    Reserved { "python",
        "False None True and as assert async await break class continue def del elif else except finally for from global if import in is "
        "lambda "
        "nonlocal not or pass raise return try while with yield match case type self cls print len range" },
    Reserved { "javascript typescript tsx",
        "await break case catch class const continue debugger default delete do else enum export extends false finally for function if "
        "import in "
        "instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface "
        "package "
        "private protected public arguments eval undefined NaN Infinity async of get set window document globalThis module exports "
        "require" },
    Reserved { "typescript tsx",
        "any boolean number string symbol never unknown object abstract as asserts declare infer is keyof namespace readonly type unique "
        "from "
        "satisfies bigint" },
    Reserved { "go",
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return "
        "select struct "
        "switch type var true false nil iota any append bool byte cap clear close complex complex64 complex128 copy delete error float32 "
        "float64 "
        "imag int int8 int16 int32 int64 len make max min new panic print println real recover rune string uint uint8 uint16 uint32 uint64 "
        "uintptr init main" },
    Reserved { "rust",
        "as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self "
        "static struct "
        "super trait true type unsafe use where while async await dyn abstract become box do final macro override priv typeof unsized "
        "virtual "
        "yield try gen union" },
    Reserved { "java",
        "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float "
        "for goto "
        "if implements import instanceof int interface long native new package private protected public return short static strictfp super "
        "switch synchronized this throw throws transient try void volatile while true false null var record yield sealed permits when" },
    Reserved { "csharp",
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event "
        "explicit "
        "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object "
        "operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string "
        "struct "
        "switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while var dynamic async await "
        "yield "
        "value get set when where nameof global partial field record" },
    Reserved { "ruby",
        "BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo "
        "rescue retry "
        "return self super then true undef unless until when while yield __FILE__ __LINE__ __ENCODING__ puts print p require raise loop "
        "lambda "
        "proc binding" },
    Reserved { "bash",
        "if then else elif fi case esac for select while until do done in function time coproc local export declare readonly typeset unset "
        "IFS PATH HOME PWD OLDPWD USER SHELL UID EUID PPID RANDOM SECONDS LINENO REPLY PS1 PS2 PS4 BASH ENV LANG LC_ALL OPTARG OPTIND" },
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The last word of what is called or looked up: "size" of `a.b.size()`.
std::string_view last_word(std::string_view text, Node expression)
{
    if (expression.is_any({ "cast_expression", "type_cast_expression", "as_expression", "parenthesized_expression" }))
        return {};
    for (std::string_view const field : { "function", "method", "name", "property", "attribute", "field", "constructor", "type" }) {
        Node const inner = expression.field(field);
        if (!inner)
            continue;
        std::string_view const written = inner.text(text);
        bool const is_plain = !written.empty() && std::all_of(written.begin(), written.end(), is_word);
        return is_plain ? written : last_word(text, inner);
    }
    return {};
}

/// "getFooBar" to {"foo", "bar"}.
std::vector<std::string> words_of(std::string_view name)
{
    std::vector<std::string> words;
    for (std::size_t i = 0; i < name.size(); ++i) {
        bool const upper = std::isupper(static_cast<unsigned char>(name[i]));
        bool const begins = words.empty() || name[i] == '_' || (upper && !std::isupper(static_cast<unsigned char>(name[i - 1])));
        if (begins)
            words.emplace_back();
        if (name[i] != '_')
            words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    std::erase(words, "");
    if (words.size() > 1 && listed("get set is make create new compute to fetch read load", words.front()))
        words.erase(words.begin());
    return words;
}

std::string spelled(std::string_view language, std::vector<std::string> const& words)
{
    bool const camel = listed("javascript typescript tsx java csharp go", language);
    std::string result;
    for (std::string const& word : words) {
        std::string next = word;
        if (camel && !result.empty())
            next[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(next[0])));
        result += (camel || result.empty() ? "" : "_") + next;
    }
    return result;
}

}

std::string name_problem(std::string_view language, std::string_view name)
{
    if (name.empty())
        return "a name is needed";
    if (name.size() > 200)
        return "the name is too long";
    bool const dollar = listed("javascript typescript tsx java", language);
    for (char const c : name) {
        if (!(std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (dollar && c == '$')) || static_cast<unsigned char>(c) >= 0x80)
            return fmt::format("\"{}\" is not a name of letters, digits and underscores", support::escape_for_display(name));
    }
    if (std::isdigit(static_cast<unsigned char>(name.front())))
        return fmt::format("\"{}\" begins with a digit", name);
    if (name.find_first_not_of('_') == std::string_view::npos)
        return "a name needs a letter or digit";
    if (language == "ruby" && std::isupper(static_cast<unsigned char>(name.front())))
        return fmt::format("\"{}\" would be a constant in Ruby", name);
    if (listed("c cpp", language)
        && (name.starts_with("__") || (name.size() > 1 && name[0] == '_' && std::isupper(static_cast<unsigned char>(name[1])))))
        return fmt::format("\"{}\" is reserved for the implementation", name);
    if (language == "cpp" && name.find("__") != std::string_view::npos)
        return fmt::format("\"{}\" is reserved for the implementation", name);
    if (language == "python" && name.starts_with("__"))
        return fmt::format("\"{}\" would be mangled in a class", name);
    for (Reserved const& entry : reserved) {
        if (listed(entry.languages, language) && listed(entry.words, name))
            return fmt::format("\"{}\" has a meaning of its own in the language", name);
    }
    return {};
}

bool occurs(std::string_view text, Node scope, std::string_view name)
{
    bool found = false;
    std::size_t member = std::string_view::npos; // where the member of the lookup that is being walked begins
    walk_all(scope, [&](Node node, std::size_t) {
        if (found || is_comment(node))
            return false;
        if (node.named_count() > 0) {
            for (std::string_view const field : { "attribute", "field", "name" }) {
                Node const looked_up =
                    node.is_any({ "attribute", "field_access", "member_access_expression" }) ? node.field(field) : Node {};
                if (looked_up && looked_up.begin() > node.begin())
                    member = looked_up.begin();
            }
            return true;
        }
        bool const is_member = node.is_any({ "field_identifier", "property_identifier" }) || node.begin() == member;
        found = node.is_named() && !is_member && !is_text_literal(node) && node.text(text) == name;
        return !found;
    });
    return found;
}

std::string pick_name(Grammar const& grammar, std::string_view text, Node expression, Node scope)
{
    // Words that say how a value is got, not what it is.
    constexpr std::string_view empty_words =
        "trim strip lower upper of from unwrap expect clone copy get at call apply value default borrow";
    std::string_view const general = grammar.language == "csharp" ? "result" : "value"; // value means something in a setter
    std::string name = spelled(grammar.language, words_of(last_word(text, expression)));
    if (!name_problem(grammar.language, name).empty() || name.size() > 40 || name.size() < 2 || listed(empty_words, name))
        name = general;
    auto const is_taken = [&](std::string const& each) {
        return occurs(text, scope, each) || !name_problem(grammar.language, each).empty();
    };
    // price(x) is not price2: that the function is called so does not make it a second one.
    bool const is_named_after_function = bool(expression.field("arguments"));
    if (is_taken(name) && is_named_after_function)
        name = general;
    std::string candidate = name;
    for (std::size_t i = 2; is_taken(candidate); ++i)
        candidate = fmt::format("{}{}", name, i);
    return candidate;
}

}
