#include "syntax/language.h"

#include "support/json.h"
#include "support/log.h"
#include "support/text.h"
#include "syntax/language_table.h"
#include "syntax/query.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

namespace countersign::syntax {

namespace {

constexpr std::array query_names { "outline.scm", "scopes.scm", "tests.scm" };

bool contains(std::vector<std::string> const& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> strings(Json const& object, char const* key)
{
    std::vector<std::string> result;
    if (auto const found = object.find(key); found != object.end() && found->is_array()) {
        for (Json const& item : *found) {
            if (item.is_string())
                result.push_back(item.get<std::string>());
        }
    }
    return result;
}

}

struct Language::Queries {
    std::array<std::once_flag, query_names.size()> once;
    std::array<Query, query_names.size()> compiled;
};

Language::Language() : queries_(std::make_unique<Queries>()) { }
Language::Language(Language&&) noexcept = default;
Language& Language::operator=(Language&&) noexcept = default;
Language::~Language() = default;

Query const& Language::compiled(std::size_t which) const
{
    std::call_once(queries_->once[which], [&] {
        auto query = Query::compile(grammar, sources_[which], name + "/" + query_names[which]);
        // An empty query finds nothing: the language is then known, but dumb. A test compiles them all.
        if (query)
            queries_->compiled[which] = std::move(*query);
        else
            log::error("{}", query.error().message);
    });
    return queries_->compiled[which];
}

Query const& Language::outline() const { return compiled(0); }
Query const& Language::scopes() const { return compiled(1); }
Query const& Language::tests() const { return compiled(2); }

bool Language::is_comment(std::string_view node_type) const { return contains(comments, node_type); }
bool Language::is_keyword(std::string_view word) const { return contains(keywords, word); }

std::vector<Language> read_languages()
{
    std::vector<Language> result;
    for (EmbeddedLanguage const& entry : embedded_languages()) {
        Language language;
        language.name = entry.folder;
        language.grammar = entry.grammar();
        language.sources_ = { entry.outline, entry.scopes, entry.tests };
        auto const json = support::parse_json(entry.json);
        if (!json || !json->is_object()) {
            log::error("grammars/{}/language.json is not a JSON object", entry.folder);
            continue;
        }
        language.display_name = support::string_or(*json, "display_name", language.name);
        language.family = support::string_or(*json, "family");
        language.extensions = strings(*json, "extensions");
        language.file_names = strings(*json, "file_names");
        language.interpreters = strings(*json, "interpreters");
        language.language_ids = strings(*json, "language_ids");
        language.line_comment = support::string_or(*json, "line_comment");
        language.block_comment_begin = support::string_or(*json, "block_comment_begin");
        language.block_comment_end = support::string_or(*json, "block_comment_end");
        language.separator = support::string_or(*json, "separator", ".");
        language.test_separator = support::string_or(*json, "test_separator", ".");
        language.comments = strings(*json, "comments");
        language.wrappers = strings(*json, "wrappers");
        language.leading = strings(*json, "leading");
        language.calls = strings(*json, "calls");
        language.keywords = strings(*json, "keywords");
        result.push_back(std::move(language));
    }
    return result;
}

std::span<Language const> languages()
{
    static std::vector<Language> const all = read_languages();
    return all;
}

Language const* find_language_by_name(std::string_view name)
{
    for (Language const& language : languages()) {
        if (language.name == name)
            return &language;
    }
    return nullptr;
}

namespace {

Language const* by(std::vector<std::string> Language::*words, std::string_view word)
{
    if (word.empty())
        return nullptr;
    for (Language const& language : languages()) {
        if (contains(language.*words, word))
            return &language;
    }
    return nullptr;
}

std::string_view file_name_of(std::string_view path)
{
    std::size_t const slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Language const* by_path(std::string_view path)
{
    std::string_view const name = file_name_of(path);
    if (Language const* const found = by(&Language::file_names, name))
        return found;
    std::size_t const dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return nullptr;
    // As written first: ".C" is C++ where ".c" is C.
    if (Language const* const found = by(&Language::extensions, name.substr(dot)))
        return found;
    return by(&Language::extensions, support::to_lower_ascii(name.substr(dot)));
}

/// "#!/usr/bin/env -S python3.11 -u" -> "python"; empty if there is no #!.
std::string_view interpreter_of(std::string_view first_line)
{
    if (!first_line.starts_with("#!"))
        return {};
    std::string_view rest = support::trim(first_line.substr(2));
    for (;;) {
        std::size_t const end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
        std::string_view const word = file_name_of(rest.substr(0, end));
        rest = support::trim(rest.substr(end));
        // env, its options and its assignments stand before the program.
        bool const prelude = word == "env" || word.starts_with("-") || word.find('=') != std::string_view::npos;
        if (!prelude)
            return word.substr(0, word.find_first_of("0123456789"));
        if (rest.empty())
            return {};
    }
}

/// "-*- mode: C++; tab-width: 4 -*-" or "-*- C++ -*-" -> "c++".
std::string mode_of(std::string_view first_line)
{
    std::size_t const begin = first_line.find("-*-");
    if (begin == std::string_view::npos)
        return {};
    std::size_t const end = first_line.find("-*-", begin + 3);
    if (end == std::string_view::npos)
        return {};
    std::string const line = support::to_lower_ascii(first_line.substr(begin + 3, end - begin - 3));
    std::string_view mode = line;
    if (std::size_t const key = mode.find("mode:"); key != std::string_view::npos)
        mode = mode.substr(key + 5);
    return std::string(support::trim(mode.substr(0, mode.find(';'))));
}

}

Language const* find_language(std::string_view path, std::string_view language_id, std::string_view first_line)
{
    Language const* const from_path = by_path(path);
    if (Language const* const from_id = by(&Language::language_ids, support::to_lower_ascii(language_id))) {
        bool const dialects = from_path && !from_id->family.empty() && from_id->family == from_path->family;
        return dialects ? from_path : from_id;
    }
    first_line = first_line.substr(0, 1024);
    if (Language const* const from_mode = by(&Language::language_ids, mode_of(first_line)))
        return from_mode;
    if (from_path)
        return from_path;
    return by(&Language::interpreters, interpreter_of(first_line));
}

}
