#include "syntax/query.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <optional>

namespace countersign::syntax {

namespace {

constexpr std::size_t depth_limit = 64;

constexpr std::pair<std::string_view, QueryTest> tests[] = {
    { "eq?", QueryTest::equals },
    { "not-eq?", QueryTest::differs },
    { "any-of?", QueryTest::any_of },
    { "not-any-of?", QueryTest::not_any_of },
    { "starts-with?", QueryTest::starts_with },
    { "lower?", QueryTest::lower },
};

bool is_word_byte(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '?' || c == '!';
}

void note_captures(QueryNode& node)
{
    node.has_captures = !node.captures.empty();
    for (QueryNode const& child : node.children)
        node.has_captures = node.has_captures || child.has_captures;
}

}

tl::unexpected<Error> QueryReader::failure(std::string const& message) const
{
    std::size_t const end = std::min(position_, source_.size());
    auto const line = 1 + std::count(source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    return fail(ErrorCode::internal, fmt::format("{}:{}: {}", what_, line, message));
}

void QueryReader::skip_blanks()
{
    while (position_ < source_.size()) {
        if (source_[position_] == ';')
            position_ = std::min(source_.find('\n', position_), source_.size());
        else if (std::isspace(static_cast<unsigned char>(source_[position_])))
            ++position_;
        else
            return;
    }
}

bool QueryReader::take(std::string_view token)
{
    if (!at(token))
        return false;
    position_ += token.size();
    return true;
}

std::string_view QueryReader::take_word()
{
    std::size_t const begin = position_;
    while (position_ < source_.size() && is_word_byte(source_[position_]))
        ++position_;
    return source_.substr(begin, position_ - begin);
}

Result<std::string> QueryReader::read_string()
{
    std::string result;
    for (++position_; position_ < source_.size() && source_[position_] != '"'; ++position_) {
        if (source_[position_] == '\\' && position_ + 1 < source_.size())
            ++position_;
        result += source_[position_];
    }
    if (!take("\""))
        return failure("a string that does not end");
    return result;
}

Result<TSSymbol> QueryReader::symbol_of(std::string_view name, bool named) const
{
    TSSymbol const symbol = ts_language_symbol_for_name(grammar_, name.data(), static_cast<std::uint32_t>(name.size()), named);
    if (symbol == 0)
        return failure(fmt::format("the grammar has no node type {}", name));
    if (ts_language_symbol_type(grammar_, symbol) == TSSymbolTypeSupertype)
        return failure(fmt::format("{} is a supertype, which no node is of", name));
    return symbol;
}

Result<TSFieldId> QueryReader::field_of(std::string_view name) const
{
    TSFieldId const field = ts_language_field_id_for_name(grammar_, name.data(), static_cast<std::uint32_t>(name.size()));
    if (field == 0)
        return failure(fmt::format("the grammar has no field {}", name));
    return field;
}

std::uint16_t QueryReader::capture_of(std::string_view name)
{
    auto const found = std::find(capture_names.begin(), capture_names.end(), name);
    auto const index = static_cast<std::uint16_t>(found - capture_names.begin());
    if (found == capture_names.end())
        capture_names.emplace_back(name);
    return index;
}

Result<> QueryReader::read()
{
    for (skip_blanks(); position_ < source_.size(); skip_blanks()) {
        QueryPattern pattern;
        auto root = read_node(pattern);
        if (!root)
            return tl::unexpected(root.error());
        if (root->quantifier)
            return failure("a pattern's root cannot be repeated");
        pattern.root = std::move(*root);
        patterns.push_back(std::move(pattern));
    }
    return {};
}

Result<QueryNode> QueryReader::read_node(QueryPattern& pattern)
{
    if (++depth_ > depth_limit)
        return failure("nested too deeply");
    QueryNode node;
    if (take("(")) {
        node = TRY(read_parenthesised(pattern));
    } else if (take("[")) {
        node.kind = QueryNode::Kind::alternation;
        TRY(read_children(node, ']', pattern));
        if (node.children.empty())
            return failure("an alternation without alternatives");
    } else if (at("\"")) {
        std::string const literal = TRY(read_string());
        node.kind = QueryNode::Kind::type;
        node.is_named = false;
        node.symbol = TRY(symbol_of(literal, false));
    } else if (std::string_view const word = take_word(); word == "_") {
        node.kind = QueryNode::Kind::any;
        node.is_named = false;
    } else {
        return failure(fmt::format("a node was expected, not '{}'", word.empty() ? source_.substr(position_, 1) : word));
    }
    TRY(read_suffixes(node));
    note_captures(node);
    --depth_;
    return node;
}

Result<QueryNode> QueryReader::read_parenthesised(QueryPattern& pattern)
{
    skip_blanks();
    QueryNode node;
    if (at("(") || at("[") || at("\"")) {
        // A group: the pattern, and what is said of it.
        node = TRY(read_node(pattern));
        for (skip_blanks(); at("(#"); skip_blanks())
            TRY(read_predicate(pattern));
        if (!take(")"))
            return failure("a group holds one pattern and predicates");
        return node;
    }
    std::string_view const name = take_word();
    if (name != "_") {
        node.kind = QueryNode::Kind::type;
        node.symbol = TRY(symbol_of(name, true));
    }
    TRY(read_children(node, ')', pattern));
    return node;
}

Result<> QueryReader::read_children(QueryNode& parent, char close, QueryPattern& pattern)
{
    bool is_anchored = false;
    for (;;) {
        skip_blanks();
        if (position_ >= source_.size())
            return failure(fmt::format("'{}' is missing", close));
        if (source_[position_] == close) {
            ++position_;
            parent.is_anchored_last = is_anchored;
            return {};
        }
        if (at("(#")) {
            TRY(read_predicate(pattern));
            continue;
        }
        if (at(".")) {
            ++position_;
            is_anchored = true;
            continue;
        }
        if (take("!")) {
            parent.absent_fields.push_back(TRY(field_of(take_word())));
            continue;
        }
        TSFieldId field = 0;
        std::size_t const start = position_;
        if (std::string_view const word = take_word(); !word.empty() && take(":")) {
            field = TRY(field_of(word));
            skip_blanks();
        } else {
            position_ = start;
        }
        QueryNode child = TRY(read_node(pattern));
        child.field = field;
        child.is_anchored = is_anchored;
        is_anchored = false;
        if ((child.quantifier == '*' || child.quantifier == '+') && child.has_captures)
            return failure("what is repeated cannot be captured");
        parent.children.push_back(std::move(child));
    }
}

Result<> QueryReader::read_suffixes(QueryNode& node)
{
    for (;;) {
        std::size_t const before = position_;
        if (position_ < source_.size() && std::string_view("?*+").find(source_[position_]) != std::string_view::npos) {
            node.quantifier = source_[position_++];
            continue;
        }
        skip_blanks();
        if (take("@")) {
            std::string_view const name = take_word();
            if (name.empty())
                return failure("a capture without a name");
            node.captures.push_back(capture_of(name));
            continue;
        }
        position_ = before;
        return {};
    }
}

Result<> QueryReader::read_predicate(QueryPattern& pattern)
{
    position_ += 2; // (#
    std::string const name(take_word());
    std::vector<std::string> words;
    std::optional<std::uint16_t> capture;
    for (;;) {
        skip_blanks();
        if (take(")"))
            break;
        if (take("@")) {
            capture = capture_of(take_word());
        } else if (at("\"")) {
            words.push_back(TRY(read_string()));
        } else if (std::string_view const word = take_word(); !word.empty()) {
            words.emplace_back(word);
        } else {
            return failure("a predicate that does not end");
        }
    }
    if (name == "set!" && words.size() == 2 && !capture) {
        pattern.properties.emplace_back(words[0], words[1]);
        return {};
    }
    auto const test = std::find_if(std::begin(tests), std::end(tests), [&](auto const& known) { return known.first == name; });
    if (test == std::end(tests) || !capture)
        return failure(fmt::format("a predicate that is not known: #{}", name));
    pattern.predicates.push_back({ test->second, *capture, std::move(words) });
    return {};
}

}
