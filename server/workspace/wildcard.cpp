#include "workspace/wildcard.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <optional>

namespace countersign::workspace {

namespace {

struct CharacterClass {
    std::string_view name;
    int (*holds)(int);
};

constexpr std::array character_classes = std::to_array<CharacterClass>({
    { "alnum", std::isalnum },
    { "alpha", std::isalpha },
    { "blank", std::isblank },
    { "cntrl", std::iscntrl },
    { "digit", std::isdigit },
    { "graph", std::isgraph },
    { "lower", std::islower },
    { "print", std::isprint },
    { "punct", std::ispunct },
    { "space", std::isspace },
    { "upper", std::isupper },
    { "xdigit", std::isxdigit },
});

}

class WildcardCompiler {
public:
    WildcardCompiler(std::string_view pattern, Wildcard::Braces braces) : pattern_(pattern), braces_(braces) { }

    Result<Wildcard> compile()
    {
        while (at_ < pattern_.size())
            TRY(compile_next());
        if (!open_braces_.empty())
            return error("a '{' is not closed");
        find_literal_ends();
        return std::move(wildcard_);
    }

private:
    using Kind = Wildcard::Kind;

    /// A '{' whose '}' has not come yet.
    struct OpenBrace {
        std::size_t split;              ///< leads to the next alternative
        std::vector<std::size_t> jumps; ///< from the end of each alternative to the end of all
    };

    tl::unexpected<Error> error(std::string_view what) const
    {
        return fail(ErrorCode::invalid_params, fmt::format("the pattern \"{}\" makes no sense: {}", pattern_, what));
    }

    void emit(Kind kind, unsigned char byte = 0, std::size_t target = 0)
    {
        wildcard_.steps_.push_back({ kind, byte, static_cast<std::uint16_t>(target) });
    }
    void land(std::size_t from)
    {
        wildcard_.steps_[from].target = static_cast<std::uint16_t>(wildcard_.steps_.size());
        last_target_ = wildcard_.steps_.size();
    }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }

    Result<> compile_next()
    {
        char const c = pattern_[at_];
        bool const alternatives = braces_ == Wildcard::Braces::alternatives;
        if (c == '*') {
            compile_stars();
        } else if (c == '[') {
            return compile_set();
        } else if (c == '?') {
            emit(Kind::any_byte);
            ++at_;
        } else if (alternatives && c == '{') {
            open_braces_.push_back({ wildcard_.steps_.size(), {} });
            emit(Kind::split);
            ++at_;
        } else if (alternatives && c == ',' && !open_braces_.empty()) {
            next_alternative();
        } else if (alternatives && c == '}') {
            if (open_braces_.empty())
                return error("a '}' without its '{'");
            close_brace();
        } else {
            if (c == '\\' && ++at_ == pattern_.size())
                return error("it ends in a backslash");
            emit(Kind::byte, static_cast<unsigned char>(pattern_[at_]));
            ++at_;
        }
        return {};
    }

    bool is_border(std::size_t index, std::string_view brace_borders) const
    {
        return index >= pattern_.size() || pattern_[index] == '/'
            || (braces_ == Wildcard::Braces::alternatives && brace_borders.find(pattern_[index]) != std::string_view::npos);
    }

    void compile_stars()
    {
        std::size_t const begin = at_;
        while (peek() == '*')
            ++at_;
        bool const crosses_folders = at_ - begin >= 2 && (begin == 0 || is_border(begin - 1, "{,")) && is_border(at_, ",}");
        if (!crosses_folders) {
            emit(Kind::star);
        } else if (peek() != '/') {
            emit(Kind::star_slashes);
        } else {
            // "**/" is any folders with the slash after them, or nothing at all.
            std::size_t const split = wildcard_.steps_.size();
            emit(Kind::split);
            emit(Kind::star_slashes);
            emit(Kind::byte, '/');
            ++at_;
            land(split);
        }
    }

    void next_alternative()
    {
        OpenBrace& brace = open_braces_.back();
        brace.jumps.push_back(wildcard_.steps_.size());
        emit(Kind::jump);
        land(brace.split);
        brace.split = wildcard_.steps_.size();
        emit(Kind::split);
        ++at_;
    }

    void close_brace()
    {
        OpenBrace const brace = std::move(open_braces_.back());
        open_braces_.pop_back();
        // The last alternative has no other one to split to: its split only goes on.
        wildcard_.steps_[brace.split].target = static_cast<std::uint16_t>(brace.split + 1);
        for (std::size_t jump : brace.jumps)
            land(jump);
        last_target_ = wildcard_.steps_.size();
        ++at_;
    }

    /// The named class at "[:name:]", or nothing if it is not one; sets `bad` for a name that there is not.
    std::optional<CharacterClass> named_class(bool& bad)
    {
        std::size_t const close = pattern_.find(']', at_ + 2);
        if (close == std::string_view::npos || close < at_ + 3 || pattern_[close - 1] != ':')
            return std::nullopt;
        std::string_view const name = pattern_.substr(at_ + 2, close - at_ - 3);
        for (CharacterClass const& known : character_classes) {
            if (known.name == name) {
                at_ = close + 1;
                return known;
            }
        }
        bad = true;
        return std::nullopt;
    }

    Result<> compile_set()
    {
        Wildcard::ByteSet set;
        ++at_;
        bool const negated = peek() == '!' || peek() == '^';
        at_ += negated ? 1 : 0;
        int range_begin = -1; ///< the byte before, if a '-' after it makes a range
        bool first = true;
        while (true) {
            if (at_ >= pattern_.size())
                return error("a '[' is not closed");
            if (peek() == ']' && !first)
                break;
            first = false;
            if (peek() == '[' && peek(1) == ':') {
                bool bad = false;
                if (auto const known = named_class(bad)) {
                    for (int byte = 0; byte < 128; ++byte)
                        set[static_cast<std::size_t>(byte)] = set[static_cast<std::size_t>(byte)] || known->holds(byte) != 0;
                    range_begin = -1;
                    continue;
                }
                if (bad)
                    return error("there is no such character class");
            }
            bool const is_range = peek() == '-' && range_begin >= 0 && at_ + 1 < pattern_.size() && peek(1) != ']';
            at_ += is_range ? 1 : 0;
            if (peek() == '\\' && ++at_ >= pattern_.size())
                return error("a '[' is not closed");
            auto const byte = static_cast<unsigned char>(pattern_[at_++]);
            for (int each = is_range ? range_begin : byte; each <= byte; ++each)
                set.set(static_cast<std::size_t>(each));
            range_begin = is_range ? -1 : byte;
        }
        ++at_;
        if (negated)
            set.flip();
        set.reset('/');
        emit(Kind::set, 0, wildcard_.sets_.size());
        wildcard_.sets_.push_back(set);
        return {};
    }

    void find_literal_ends()
    {
        auto const& steps = wildcard_.steps_;
        auto const is_byte = [](Wildcard::Step const& step) { return step.kind == Kind::byte; };
        auto const head_end = std::find_if_not(steps.begin(), steps.end(), is_byte);
        for (auto step = steps.begin(); step != head_end; ++step)
            wildcard_.head_ += static_cast<char>(step->byte);
        wildcard_.literal_ = head_end == steps.end();
        std::size_t tail = steps.size();
        while (!wildcard_.literal_ && tail > last_target_ && is_byte(steps[tail - 1]))
            --tail;
        for (std::size_t i = tail; i < steps.size(); ++i)
            wildcard_.tail_ += static_cast<char>(steps[i].byte);
    }

    std::string_view pattern_;
    Wildcard::Braces braces_;
    std::size_t at_ = 0;
    std::size_t last_target_ = 0;
    std::vector<OpenBrace> open_braces_;
    Wildcard wildcard_;
};

Result<Wildcard> Wildcard::compile(std::string_view pattern, Braces braces)
{
    if (pattern.size() > length_limit)
        return fail(
            ErrorCode::invalid_params, fmt::format("the pattern is {} bytes long; at most {} are possible", pattern.size(), length_limit));
    return WildcardCompiler(pattern, braces).compile();
}

/// The states that are reached, each once, in the order of their discovery.
class Wildcard::Marks {
public:
    explicit Marks(std::size_t size) : marked_(size, false) { }
    bool insert(std::size_t step)
    {
        if (marked_[step])
            return false;
        marked_[step] = true;
        reached_.push_back(static_cast<std::uint16_t>(step));
        return true;
    }
    void clear()
    {
        for (std::uint16_t step : reached_)
            marked_[step] = false;
        reached_.clear();
    }
    bool contains(std::size_t step) const { return marked_[step]; }
    std::vector<std::uint16_t> const& reached() const { return reached_; }

private:
    std::vector<bool> marked_;
    std::vector<std::uint16_t> reached_;
};

void Wildcard::add(Marks& marks, std::size_t step) const
{
    std::size_t pending = marks.reached().size();
    marks.insert(step);
    for (; pending < marks.reached().size(); ++pending) {
        std::size_t const each = marks.reached()[pending];
        if (each == steps_.size())
            continue;
        Kind const kind = steps_[each].kind;
        if (kind == Kind::split || kind == Kind::jump)
            marks.insert(steps_[each].target);
        if (kind == Kind::split || kind == Kind::star || kind == Kind::star_slashes)
            marks.insert(each + 1);
    }
}

bool Wildcard::matches(std::string_view text) const
{
    if (literal_)
        return text == head_;
    if (text.size() < head_.size() + tail_.size() || !text.starts_with(head_) || !text.ends_with(tail_))
        return false;
    Marks current(steps_.size() + 1);
    Marks next(steps_.size() + 1);
    add(current, 0);
    for (char c : text) {
        auto const byte = static_cast<unsigned char>(c);
        next.clear();
        for (std::size_t const each : current.reached()) {
            if (each == steps_.size())
                continue;
            Step const& step = steps_[each];
            bool const goes_on = (step.kind == Kind::byte && step.byte == byte) || (step.kind == Kind::any_byte && byte != '/')
                || (step.kind == Kind::set && sets_[step.target].test(byte));
            bool const stays = (step.kind == Kind::star && byte != '/') || step.kind == Kind::star_slashes;
            if (goes_on)
                add(next, each + 1);
            else if (stays)
                add(next, each);
        }
        if (next.reached().empty())
            return false;
        std::swap(current, next);
    }
    return current.contains(steps_.size());
}

}
