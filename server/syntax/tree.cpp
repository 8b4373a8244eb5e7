#include "syntax/tree.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::syntax {

namespace {

struct ParserDeleter {
    void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

struct Source {
    std::string_view text;
    static char const* read(void* payload, std::uint32_t offset, TSPoint, std::uint32_t* length)
    {
        std::string_view const text = static_cast<Source*>(payload)->text;
        *length = offset < text.size() ? static_cast<std::uint32_t>(text.size() - offset) : 0;
        return *length ? text.data() + offset : "";
    }
};

struct Deadline {
    std::chrono::steady_clock::time_point at;
    static bool passed(TSParseState* state) { return std::chrono::steady_clock::now() >= static_cast<Deadline*>(state->payload)->at; }
};

TSPoint point_at(std::string_view text, std::size_t offset)
{
    std::string_view const before = text.substr(0, offset);
    auto const rows = std::count(before.begin(), before.end(), '\n');
    std::size_t const line_feed = before.rfind('\n');
    std::size_t const line_start = line_feed == std::string_view::npos ? 0 : line_feed + 1;
    return { static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(offset - line_start) };
}

/// The point `bytes` behind `start`, which is at `point`.
TSPoint advance(std::string_view text, std::size_t start, TSPoint point, std::size_t bytes)
{
    TSPoint const moved = point_at(text.substr(start, bytes), bytes);
    return { point.row + moved.row, moved.row == 0 ? point.column + moved.column : moved.column };
}

}

Result<Tree> Tree::parse_over(
    Language const& language, std::shared_ptr<std::string const> text, TSTree const* old, std::chrono::milliseconds limit)
{
    if (text->size() > parse_size_limit) {
        return fail(
            ErrorCode::too_large, fmt::format("the text has {} bytes; more than {} are not parsed", text->size(), parse_size_limit));
    }
    // A parser of its own: making one costs about a microsecond, and a kept one would hold on to the memory of its largest text.
    std::unique_ptr<TSParser, ParserDeleter> const parser(ts_parser_new());
    if (!ts_parser_set_language(parser.get(), language.grammar))
        return fail(ErrorCode::internal, fmt::format("the grammar of {} does not fit the parser's core", language.display_name));
    Source source { *text };
    Deadline deadline { std::chrono::steady_clock::now() + limit };
    TSTree* const tree = ts_parser_parse_with_options(
        parser.get(), old, { &source, Source::read, TSInputEncodingUTF8, nullptr }, { &deadline, Deadline::passed });
    if (!tree) {
        return fail(ErrorCode::timeout,
            fmt::format(
                "parsing {} bytes of {} took longer than {} ms and was given up", text->size(), language.display_name, limit.count()));
    }
    Tree result;
    result.language_ = &language;
    result.text_ = std::move(text);
    result.tree_ = std::shared_ptr<TSTree>(tree, ts_tree_delete);
    return result;
}

Result<Tree> Tree::parse(Language const& language, std::shared_ptr<std::string const> text, std::chrono::milliseconds limit)
{
    return parse_over(language, std::move(text), nullptr, limit);
}

Result<Tree> Tree::edited(
    std::shared_ptr<std::string const> text, ByteRange range, std::size_t inserted, std::chrono::milliseconds limit) const
{
    bool const fits = range.begin <= range.end && range.end <= text_->size() && inserted <= text->size()
        && text_->size() - range.size() + inserted == text->size();
    if (!fits)
        return parse(*language_, std::move(text), limit);
    TSPoint const start = point_at(*text_, range.begin);
    TSInputEdit const edit {
        static_cast<std::uint32_t>(range.begin),
        static_cast<std::uint32_t>(range.end),
        static_cast<std::uint32_t>(range.begin + inserted),
        start,
        advance(*text_, range.begin, start, range.size()),
        advance(*text, range.begin, start, inserted),
    };
    std::unique_ptr<TSTree, void (*)(TSTree*)> const old(ts_tree_copy(tree_.get()), ts_tree_delete);
    ts_tree_edit(old.get(), &edit);
    return parse_over(*language_, std::move(text), old.get(), limit);
}

Node Tree::root() const { return Node(ts_tree_root_node(tree_.get())); }

Node Tree::node_at(ByteRange range) const
{
    if (range.begin > range.end || range.end > text_->size())
        return root();
    Node const found(ts_node_named_descendant_for_byte_range(
        root().raw(), static_cast<std::uint32_t>(range.begin), static_cast<std::uint32_t>(range.end)));
    return found ? found : root();
}

std::vector<Node> Tree::path_to(ByteRange range) const
{
    Node const target = node_at(range);
    std::vector<Node> path = target.ancestors();
    std::reverse(path.begin(), path.end());
    path.push_back(target);
    return path;
}

std::size_t Tree::error_count() const
{
    std::size_t count = 0;
    Cursor cursor(root());
    for (;;) {
        Node const node = cursor.node();
        count += node.is_error() || node.is_missing();
        if (node.has_error() && cursor.to_first_child())
            continue;
        if (!cursor.to_next_outside())
            return count;
    }
}

}
