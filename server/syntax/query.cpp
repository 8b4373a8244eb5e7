#include "syntax/query.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <optional>

namespace countersign::syntax {

namespace {

// More unfinished matches than this means that a pattern does not fit its grammar; dropping some beats running out of memory.
constexpr std::uint32_t match_limit = 4096;

std::string_view string_value(TSQuery const* query, std::uint32_t id)
{
    std::uint32_t length = 0;
    char const* const value = ts_query_string_value_for_id(query, id, &length);
    return { value, length };
}

std::string_view error_name(TSQueryError error)
{
    switch (error) {
    case TSQueryErrorNone:
        return "no error";
    case TSQueryErrorSyntax:
        return "syntax error";
    case TSQueryErrorNodeType:
        return "unknown node type";
    case TSQueryErrorField:
        return "unknown field";
    case TSQueryErrorCapture:
        return "unknown capture";
    case TSQueryErrorStructure:
        return "a structure that the grammar cannot produce";
    case TSQueryErrorLanguage:
        return "the grammar's version does not fit the core";
    }
    return "error";
}

}

Result<Query> Query::compile(TSLanguage const* grammar, std::string_view source, std::string const& what)
{
    std::uint32_t offset = 0;
    TSQueryError error = TSQueryErrorNone;
    TSQuery* const raw = ts_query_new(grammar, source.data(), static_cast<std::uint32_t>(source.size()), &offset, &error);
    if (!raw) {
        auto const line = 1 + std::count(source.begin(), source.begin() + std::min<std::size_t>(offset, source.size()), '\n');
        std::string_view const rest = source.substr(std::min<std::size_t>(offset, source.size()));
        return fail(ErrorCode::internal, fmt::format("{}:{}: {} at '{}'", what, line, error_name(error), rest.substr(0, rest.find('\n'))));
    }
    Query query;
    query.query_ = std::shared_ptr<TSQuery>(raw, ts_query_delete);
    for (std::uint32_t i = 0, count = ts_query_capture_count(raw); i < count; ++i) {
        std::uint32_t length = 0;
        char const* const name = ts_query_capture_name_for_id(raw, i, &length);
        query.capture_names_.emplace_back(name, length);
    }
    query.patterns_.resize(ts_query_pattern_count(raw));
    for (std::size_t i = 0; i < query.patterns_.size(); ++i) {
        if (auto read = query.read_predicates(i, what); !read)
            return tl::unexpected(read.error());
    }
    return query;
}

Result<> Query::read_predicates(std::size_t pattern, std::string const& what)
{
    static constexpr std::pair<std::string_view, Test> tests[] = {
        { "eq?", Test::equals },
        { "not-eq?", Test::differs },
        { "any-of?", Test::any_of },
        { "not-any-of?", Test::not_any_of },
        { "starts-with?", Test::starts_with },
        { "lower?", Test::lower },
    };
    std::uint32_t step_count = 0;
    TSQueryPredicateStep const* const steps =
        ts_query_predicates_for_pattern(query_.get(), static_cast<std::uint32_t>(pattern), &step_count);
    std::vector<std::string> words;
    std::optional<std::size_t> capture;
    for (std::uint32_t i = 0; i < step_count; ++i) {
        if (steps[i].type == TSQueryPredicateStepTypeString) {
            words.emplace_back(string_value(query_.get(), steps[i].value_id));
            continue;
        }
        if (steps[i].type == TSQueryPredicateStepTypeCapture) {
            capture = steps[i].value_id;
            continue;
        }
        std::string const name = words.empty() ? "" : words.front();
        auto const test = std::find_if(std::begin(tests), std::end(tests), [&](auto const& known) { return known.first == name; });
        if (name == "set!" && words.size() == 3 && !capture) {
            patterns_[pattern].properties.emplace_back(words[1], words[2]);
        } else if (test != std::end(tests) && capture) {
            words.erase(words.begin());
            patterns_[pattern].predicates.push_back({ test->second, *capture, words });
        } else {
            std::uint32_t const offset = ts_query_start_byte_for_pattern(query_.get(), static_cast<std::uint32_t>(pattern));
            return fail(ErrorCode::internal,
                fmt::format("{}: the pattern at byte {} has a predicate that is not known: '#{}'", what, offset, name));
        }
        words.clear();
        capture.reset();
    }
    return {};
}

std::string_view Query::property(std::size_t pattern, std::string_view key) const
{
    for (auto const& [name, value] : patterns_[pattern].properties) {
        if (name == key)
            return value;
    }
    return {};
}

bool Query::holds(Match const& match, std::string_view text) const
{
    auto const equals_any = [](std::vector<std::string> const& values, std::string_view word) {
        return std::find(values.begin(), values.end(), word) != values.end();
    };
    for (Predicate const& predicate : patterns_[match.pattern].predicates) {
        for (Capture const& capture : match.captures) {
            if (capture.name != predicate.capture)
                continue;
            std::string_view const word = capture.node.text(text);
            bool passed = true;
            switch (predicate.test) {
            case Test::equals:
            case Test::any_of:
                passed = equals_any(predicate.values, word);
                break;
            case Test::differs:
            case Test::not_any_of:
                passed = !equals_any(predicate.values, word);
                break;
            case Test::starts_with:
                passed = std::any_of(predicate.values.begin(), predicate.values.end(), [&](auto const& v) { return word.starts_with(v); });
                break;
            case Test::lower:
                passed = !word.empty() && !std::isupper(static_cast<unsigned char>(word.front()));
                break;
            }
            if (!passed)
                return false;
        }
    }
    return true;
}

void Query::run(Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const
{
    QueryCursor cursor;
    run(cursor, node, text, reach, visit);
}

void Query::run(QueryCursor& cursor, Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const
{
    if (!query_ || !node)
        return;
    ts_query_cursor_set_match_limit(cursor.raw(), match_limit);
    ts_query_cursor_set_max_start_depth(cursor.raw(), reach == Reach::node_only ? 0 : UINT32_MAX);
    ts_query_cursor_exec(cursor.raw(), query_.get(), node.raw());
    TSQueryMatch found;
    Match match;
    while (ts_query_cursor_next_match(cursor.raw(), &found)) {
        match.pattern = found.pattern_index;
        match.captures.clear();
        for (std::uint16_t i = 0; i < found.capture_count; ++i)
            match.captures.push_back({ found.captures[i].index, Node(found.captures[i].node) });
        if (holds(match, text))
            visit(match);
    }
}

}
