#include "refactor/grammar_table.h"
#include "refactor/rule.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <cctype>
#include <memory>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

/// Comments that touch `range`, without the blanks at the borders of their lines (they may be indented anew), sorted.
std::vector<std::string> comments_in(syntax::Tree const& tree, ByteRange range)
{
    std::vector<std::string> comments;
    walk_all(tree.root(), [&](Node node, std::size_t) {
        if (node.end() < range.begin || node.begin() > range.end)
            return false;
        if (!is_comment(node))
            return true;
        std::string words;
        for (std::string_view const line : support::split_lines(node.text(tree.text())))
            words.append(support::trim(line)).append("\n");
        comments.push_back(std::move(words));
        return false;
    });
    std::sort(comments.begin(), comments.end());
    return comments;
}

Result<> check_edits(Application const& application, std::size_t size)
{
    if (application.edits.empty())
        return denied("there is nothing to change");
    if (application.range.begin > application.range.end || application.range.end > size)
        return denied("the edit lies outside the text");
    std::size_t position = application.range.begin;
    for (ByteEdit const& edit : application.edits) {
        if (edit.range.begin < position || edit.range.end < edit.range.begin || edit.range.end > application.range.end)
            return denied("the edits overlap or leave their range");
        position = edit.range.end;
    }
    return {};
}

bool continues_word(std::string_view text, std::size_t at)
{
    auto const is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; };
    return at > 0 && at < text.size() && is_word(text[at - 1]) && is_word(text[at]);
}

/// Whether two words become one at the border of an edit, as "else{x();}" and "return(x)" without what stands between: that may parse.
bool joins_words(std::string_view before, std::string_view after, std::vector<ByteEdit> const& edits)
{
    std::size_t begin = 0, at = 0; // of the edit in `after`, and how far `before` was read
    for (ByteEdit const& edit : edits) {
        begin += edit.range.begin - at;
        std::size_t const end = begin + edit.text.size();
        if ((continues_word(after, begin) && !continues_word(before, edit.range.begin))
            || (continues_word(after, end) && !continues_word(before, edit.range.end)))
            return true;
        begin = end;
        at = edit.range.end;
    }
    return false;
}

}

Result<std::string> checked(syntax::Tree const& tree, Application const& application)
{
    std::string const& before = tree.text();
    TRY(check_edits(application, before.size()));
    auto after = std::make_shared<std::string const>(support::apply_edits(before, application.edits));
    if (*after == before)
        return denied("nothing would change");
    if (joins_words(before, *after, application.edits))
        return denied("two words without a blank between them would become one");
    std::size_t const inserted = application.range.size() + after->size() - before.size();
    auto const parsed = TRY(tree.edited(after, application.range, inserted));
    bool const has_errors = parsed.root().has_error();
    if (has_errors && (!tree.root().has_error() || parsed.error_count() > tree.error_count()))
        return denied("the code would not parse afterwards");
    ByteRange const range_after { application.range.begin, application.range.begin + inserted };
    if (comments_in(tree, application.range) != comments_in(parsed, range_after))
        return denied("a comment would be lost or changed");
    return *after;
}

}
