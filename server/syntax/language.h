// The languages we know: a folder of data each under grammars/, compiled into the binary.
//
// Nothing is read before the first call of languages(), and no query is compiled before something asks for it: a server that
// only says hello pays for neither. Any thread.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct TSLanguage;

namespace countersign::syntax {

class Query;

/// One grammars/<name>/language.json with its queries. Only languages() makes them; hold references, they live for ever.
struct Language {
    std::string name;         ///< the folder's name: "cpp"
    std::string display_name; ///< "C++"
    std::string family;       ///< dialects share one ("javascript"), so that a file's extension may correct an editor's id; may be empty
    std::vector<std::string> extensions;                ///< with the dot: ".cpp"; lower case unless the case tells languages apart (".C")
    std::vector<std::string> file_names;                ///< "Rakefile"
    std::vector<std::string> interpreters;              ///< of a #! line: "bash"
    std::vector<std::string> language_ids;              ///< LSP languageId values, lower case
    std::string line_comment;                           ///< "//" or "#"
    std::string block_comment_begin, block_comment_end; ///< empty if there are none
    std::string separator;                              ///< between the parts of a qualified name: "::"
    std::string test_separator;                         ///< between suite and case, as the language's test runners write it
    std::vector<std::string> comments;                  ///< node types of comments
    std::vector<std::string> wrappers;                  ///< node types that belong to the one definition they hold: "template_declaration"
    std::vector<std::string> leading;                   ///< node types that stand before a definition and belong to it: "attribute_item"
    std::vector<std::string> calls;                     ///< node types of calls
    std::vector<std::string> keywords;                  ///< words that cannot be names
    TSLanguage const* grammar = nullptr;

    /// Compiled on first use; may take some milliseconds then.
    Query const& outline() const;
    Query const& scopes() const;
    Query const& tests() const;

    bool is_comment(std::string_view node_type) const;
    bool is_keyword(std::string_view word) const;

    Language();
    Language(Language&&) noexcept;
    Language& operator=(Language&&) noexcept;
    ~Language();

private:
    friend std::vector<Language> read_languages();
    struct Queries;
    Query const& compiled(std::size_t which) const;

    std::array<std::string_view, 3> sources_;
    std::unique_ptr<Queries> queries_;
};

/// In display order.
std::span<Language const> languages();

/// By LSP language id if we know it, else by file name, extension, then the first line (a #! line, or an editor's mode line).
/// Of two dialects of one family the file's extension decides, because editors confuse them. Null if none fits.
Language const* find_language(std::string_view path, std::string_view language_id = {}, std::string_view first_line = {});
Language const* find_language_by_name(std::string_view name);

}
