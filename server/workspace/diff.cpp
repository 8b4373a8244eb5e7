#include "workspace/diff.h"

#include "workspace/diff_slide.h"

#include <algorithm>
#include <cstdint>
#include <dtl/dtl.hpp>
#include <unordered_map>

namespace countersign::workspace {

namespace {

using Ids = std::vector<std::uint32_t>;
using Lines = std::vector<std::string_view>;

/// dtl gets blocks whose sides multiply to this at most: its own limit on stored points is twice as much, and it stays
/// within a few milliseconds.
constexpr std::size_t exact_area = 1'000'000;
/// Larger blocks are cut at lines that occur once on both sides, so often; what then is left becomes one replaced block.
constexpr std::size_t anchor_rounds = 16;

/// A part of both sequences that is still to be compared.
struct Block {
    std::size_t old_begin, old_end, new_begin, new_end;
    std::size_t rounds = 0;

    std::size_t old_size() const { return old_end - old_begin; }
    std::size_t new_size() const { return new_end - new_begin; }
};

/// Marks the lines that have a partner on the other side; what is left over is the difference.
class Comparison {
public:
    Comparison(Lines const& old_lines, Lines const& new_lines) : old_kept_(old_lines.size(), false), new_kept_(new_lines.size(), false)
    {
        std::unordered_map<std::string_view, std::uint32_t> ids;
        old_ids_ = number(old_lines, ids);
        new_ids_ = number(new_lines, ids);
        counts_.resize(ids.size());
    }

    std::vector<LineChange> run()
    {
        pending_.push_back({ 0, old_ids_.size(), 0, new_ids_.size() });
        while (!pending_.empty()) {
            Block block = pending_.back();
            pending_.pop_back();
            trim(block);
            if (block.old_size() == 0 || block.new_size() == 0)
                continue;
            if (block.old_size() <= exact_area / block.new_size())
                compare_exactly(block);
            else if (block.rounds < anchor_rounds)
                cut_at_anchors(block);
        }
        return changes();
    }

private:
    struct Count {
        std::uint32_t in_old = 0, in_new = 0;
        std::size_t old_at = 0, new_at = 0;
    };
    struct Anchor {
        std::size_t old_at, new_at;
    };

    static Ids number(Lines const& lines, std::unordered_map<std::string_view, std::uint32_t>& ids)
    {
        Ids numbered;
        numbered.reserve(lines.size());
        for (std::string_view line : lines)
            numbered.push_back(ids.try_emplace(line, static_cast<std::uint32_t>(ids.size())).first->second);
        return numbered;
    }

    void keep(std::size_t old_at, std::size_t new_at)
    {
        old_kept_[old_at] = true;
        new_kept_[new_at] = true;
    }

    void trim(Block& block)
    {
        while (block.old_size() > 0 && block.new_size() > 0 && old_ids_[block.old_begin] == new_ids_[block.new_begin])
            keep(block.old_begin++, block.new_begin++);
        while (block.old_size() > 0 && block.new_size() > 0 && old_ids_[block.old_end - 1] == new_ids_[block.new_end - 1])
            keep(--block.old_end, --block.new_end);
    }

    void compare_exactly(Block const& block)
    {
        Ids const old_part(
            old_ids_.begin() + static_cast<std::ptrdiff_t>(block.old_begin), old_ids_.begin() + static_cast<std::ptrdiff_t>(block.old_end));
        Ids const new_part(
            new_ids_.begin() + static_cast<std::ptrdiff_t>(block.new_begin), new_ids_.begin() + static_cast<std::ptrdiff_t>(block.new_end));
        dtl::Diff<std::uint32_t, Ids> difference(old_part, new_part);
        difference.compose();
        for (auto const& [id, element] : difference.getSes().getSequence()) {
            if (element.type == dtl::SES_COMMON)
                keep(block.old_begin + static_cast<std::size_t>(element.beforeIdx) - 1,
                    block.new_begin + static_cast<std::size_t>(element.afterIdx) - 1);
        }
    }

    /// Lines that occur once in each side of the block, in the order of the old side.
    std::vector<Anchor> unique_lines(Block const& block)
    {
        for (std::size_t i = block.old_begin; i < block.old_end; ++i) {
            Count& count = counts_[old_ids_[i]];
            ++count.in_old;
            count.old_at = i;
        }
        for (std::size_t i = block.new_begin; i < block.new_end; ++i) {
            Count& count = counts_[new_ids_[i]];
            ++count.in_new;
            count.new_at = i;
        }
        std::vector<Anchor> unique;
        for (std::size_t i = block.old_begin; i < block.old_end; ++i) {
            Count const& count = counts_[old_ids_[i]];
            if (count.in_old == 1 && count.in_new == 1)
                unique.push_back({ i, count.new_at });
        }
        for (std::size_t i = block.old_begin; i < block.old_end; ++i)
            counts_[old_ids_[i]] = {};
        for (std::size_t i = block.new_begin; i < block.new_end; ++i)
            counts_[new_ids_[i]] = {};
        return unique;
    }

    /// The longest run of anchors that rises on the new side too (patience sorting).
    static std::vector<Anchor> longest_rise(std::vector<Anchor> const& anchors)
    {
        constexpr std::size_t none = static_cast<std::size_t>(-1);
        std::vector<std::size_t> piles; ///< the anchor on top of each
        std::vector<std::size_t> before(anchors.size(), none);
        for (std::size_t i = 0; i < anchors.size(); ++i) {
            auto const pile = std::lower_bound(piles.begin(), piles.end(), anchors[i].new_at,
                [&](std::size_t top, std::size_t new_at) { return anchors[top].new_at < new_at; });
            if (pile != piles.begin())
                before[i] = *(pile - 1);
            if (pile == piles.end())
                piles.push_back(i);
            else
                *pile = i;
        }
        std::vector<Anchor> rise;
        for (std::size_t i = piles.empty() ? none : piles.back(); i != none; i = before[i])
            rise.push_back(anchors[i]);
        std::reverse(rise.begin(), rise.end());
        return rise;
    }

    void cut_at_anchors(Block const& block)
    {
        std::vector<Anchor> const anchors = longest_rise(unique_lines(block));
        if (anchors.empty())
            return;
        std::size_t old_begin = block.old_begin;
        std::size_t new_begin = block.new_begin;
        for (Anchor const& anchor : anchors) {
            keep(anchor.old_at, anchor.new_at);
            pending_.push_back({ old_begin, anchor.old_at, new_begin, anchor.new_at, block.rounds + 1 });
            old_begin = anchor.old_at + 1;
            new_begin = anchor.new_at + 1;
        }
        pending_.push_back({ old_begin, block.old_end, new_begin, block.new_end, block.rounds + 1 });
    }

    std::vector<LineChange> changes() const
    {
        std::vector<LineChange> found;
        std::size_t old_at = 0;
        std::size_t new_at = 0;
        while (old_at < old_kept_.size() || new_at < new_kept_.size()) {
            LineChange change { old_at, old_at, new_at, new_at };
            while (change.old_end < old_kept_.size() && !old_kept_[change.old_end])
                ++change.old_end;
            while (change.new_end < new_kept_.size() && !new_kept_[change.new_end])
                ++change.new_end;
            if (change.old_end > old_at || change.new_end > new_at)
                found.push_back(change);
            // The next kept lines are partners.
            old_at = change.old_end + 1;
            new_at = change.new_end + 1;
        }
        return found;
    }

    Ids old_ids_;
    Ids new_ids_;
    std::vector<bool> old_kept_;
    std::vector<bool> new_kept_;
    std::vector<Count> counts_; ///< by line id; all zero between uses
    std::vector<Block> pending_;
};

Lines lines_of(std::string_view text, support::LineIndex const& index)
{
    Lines lines;
    lines.reserve(index.line_count());
    for (std::size_t line = 0; line < index.line_count(); ++line) {
        if (ByteRange const range = index.range(line); range.size() > 0)
            lines.push_back(text.substr(range.begin, range.size()));
    }
    return lines;
}

bool continues_character(std::string_view text, std::size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

bool splits_line_end(std::string_view text, std::size_t at)
{
    return at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n';
}

/// Cuts what both texts share off their ends; what is left of each, as ranges.
std::pair<ByteRange, ByteRange> differing_middle(std::string_view a, std::string_view b)
{
    std::size_t const shorter = std::min(a.size(), b.size());
    auto const head_of = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin());
    auto head = static_cast<std::size_t>(head_of.first - a.begin());
    auto const splits_head = [&] {
        return continues_character(a, head) || continues_character(b, head) || splits_line_end(a, head) || splits_line_end(b, head);
    };
    while (head > 0 && splits_head())
        --head;
    std::size_t tail = 0;
    while (tail < shorter - head && a[a.size() - tail - 1] == b[b.size() - tail - 1])
        ++tail;
    auto const splits_tail = [&] {
        std::size_t const at_a = a.size() - tail;
        std::size_t const at_b = b.size() - tail;
        return continues_character(a, at_a) || continues_character(b, at_b) || splits_line_end(a, at_a) || splits_line_end(b, at_b);
    };
    while (tail > 0 && splits_tail())
        --tail;
    return { { head, a.size() - tail }, { head, b.size() - tail } };
}

}

std::vector<LineChange> diff_lines(Lines const& old_lines, Lines const& new_lines)
{
    // Most changes are small: what is the same at both ends need not even be numbered.
    auto const shorter = static_cast<std::ptrdiff_t>(std::min(old_lines.size(), new_lines.size()));
    auto const head = std::mismatch(old_lines.begin(), old_lines.begin() + shorter, new_lines.begin()).first - old_lines.begin();
    auto const tail =
        std::mismatch(old_lines.rbegin(), old_lines.rbegin() + (shorter - head), new_lines.rbegin()).first - old_lines.rbegin();
    Lines const old_middle(old_lines.begin() + head, old_lines.end() - tail);
    Lines const new_middle(new_lines.begin() + head, new_lines.end() - tail);
    std::vector<LineChange> changes = Comparison(old_middle, new_middle).run();
    auto const offset = static_cast<std::size_t>(head);
    for (LineChange& change : changes)
        change = { change.old_begin + offset, change.old_end + offset, change.new_begin + offset, change.new_end + offset };
    slide_to_borders(old_lines, new_lines, changes);
    return changes;
}

std::vector<LineChange> diff_lines(std::string_view old_text, std::string_view new_text)
{
    return diff_lines(lines_of(old_text, support::LineIndex(old_text)), lines_of(new_text, support::LineIndex(new_text)));
}

std::vector<ByteEdit> minimal_edits(std::string_view old_text, std::string_view new_text)
{
    support::LineIndex const old_index(old_text);
    support::LineIndex const new_index(new_text);
    std::vector<ByteEdit> edits;
    for (LineChange const& change : diff_lines(lines_of(old_text, old_index), lines_of(new_text, new_index))) {
        ByteRange const old_range { old_index.start(change.old_begin), old_index.start(change.old_end) };
        ByteRange const new_range { new_index.start(change.new_begin), new_index.start(change.new_end) };
        std::string_view const old_part = old_text.substr(old_range.begin, old_range.size());
        std::string_view const new_part = new_text.substr(new_range.begin, new_range.size());
        auto const middle = differing_middle(old_part, new_part);
        edits.push_back({ { old_range.begin + middle.first.begin, old_range.begin + middle.first.end },
            std::string(new_part.substr(middle.second.begin, middle.second.size())) });
    }
    return edits;
}

}
