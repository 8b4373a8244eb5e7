#include "sandbox/policy.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::sandbox {

namespace {

constexpr std::array<std::string_view, 4> level_names { "analyze", "propose", "verify", "connected" };
constexpr std::array<std::string_view, 6> kind_names { "plain", "inline code", "reaching", "shell text", "network", "forbidden" };

/// What the kernel takes is more; nothing that a person could check is.
constexpr std::size_t most_arguments = 4096;
constexpr std::size_t most_bytes = 128 * 1024;

/// `*` stands for any characters. Linear in the text for each `*`.
bool word_matches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

bool any_matches(std::vector<CommandPattern> const& patterns, std::span<std::string const> argv)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](CommandPattern const& pattern) { return pattern.matches(argv); });
}

}

std::string_view to_string(Level level) { return level_names.at(static_cast<std::size_t>(level)); }
std::string_view to_string(CommandKind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

Result<Level> level_from(std::string_view text)
{
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (text == level_names[i] || text == std::to_string(i))
            return static_cast<Level>(i);
    }
    return fail(ErrorCode::invalid_params,
        fmt::format("there is no level \"{}\"; there are analyze (0), propose (1), verify (2) and connected (3)",
            support::escape_for_display(text)));
}

Result<> check_argv(std::span<std::string const> argv)
{
    if (argv.empty() || argv.front().empty())
        return fail(
            ErrorCode::invalid_params, "argv: expected a program and its arguments, one each: [\"ctest\", \"--output-on-failure\"]");
    if (argv.size() > most_arguments)
        return fail(ErrorCode::too_large, fmt::format("argv: {} arguments; at most {}", argv.size(), most_arguments));
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        bytes += argv[i].size() + 1;
        if (argv[i].find('\0') != std::string::npos)
            return fail(ErrorCode::invalid_params, fmt::format("argv[{}]: a NUL character cannot be part of an argument", i));
    }
    if (bytes > most_bytes)
        return fail(ErrorCode::too_large, fmt::format("argv: {} bytes; at most {}", bytes, most_bytes));
    return {};
}

Result<CommandPattern> CommandPattern::parse(std::string_view text)
{
    CommandPattern pattern;
    pattern.text_ = support::trim(text);
    std::string_view rest = pattern.text_;
    while (!rest.empty()) {
        std::string_view const word = rest.substr(0, rest.find_first_of(" \t"));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        if (!word.empty())
            pattern.words_.emplace_back(word);
    }
    if (pattern.words_.empty())
        return fail(ErrorCode::invalid_params, "a command pattern needs a program, as in \"ctest *\"");
    if (pattern.words_.front().starts_with('*'))
        return fail(ErrorCode::invalid_params,
            fmt::format("the command pattern \"{}\" begins with *; name the program", support::escape_for_display(pattern.text_)));
    if (pattern.words_.back() == "*") {
        pattern.words_.pop_back();
        pattern.open_end_ = true;
    }
    return pattern;
}

bool CommandPattern::matches(std::span<std::string const> argv) const
{
    if (argv.size() < words_.size() || (!open_end_ && argv.size() != words_.size()))
        return false;
    return std::equal(words_.begin(), words_.end(), argv.begin(),
        [](std::string const& word, std::string const& text) { return word_matches(word, text); });
}

Verdict decide(Policy const& policy, std::span<std::string const> argv)
{
    Classified const found = classify(argv);
    auto const verdict = [&](Decision decision, std::string reason) {
        bool const can_remember = decision == Decision::ask && found.kind < CommandKind::shell_text;
        return Verdict { decision, found.kind, std::move(reason), can_remember };
    };
    if (policy.level == Level::analyze)
        return verdict(Decision::refuse, "the level is analyze, at which no command runs; a person can set the level propose");
    if (any_matches(policy.deny, argv))
        return verdict(Decision::refuse, "it is on the deny list");
    if (found.kind == CommandKind::forbidden)
        return verdict(Decision::refuse, fmt::format("{}; that is never run for an agent", found.why));
    if (found.kind == CommandKind::network) {
        if (policy.hosts.empty())
            return verdict(Decision::refuse,
                fmt::format("{}, and commands have none; only the level connected gives them one, to the hosts of allow_hosts", found.why));
        return verdict(Decision::ask, found.why);
    }
    if (found.kind == CommandKind::shell_text)
        return verdict(Decision::ask, found.why);
    if (any_matches(policy.allow, argv))
        return verdict(Decision::run, {});
    if (policy.level == Level::propose)
        return verdict(Decision::ask, found.why);
    return found.kind == CommandKind::reaching ? verdict(Decision::ask, found.why) : verdict(Decision::run, {});
}

std::string shown(std::span<std::string const> argv)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
    std::string text;
    for (std::string const& argument : argv) {
        text += text.empty() ? "" : " ";
        if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
            text += argument;
            continue;
        }
        text += '\'';
        for (char const c : support::escape_for_display(argument)) {
            if (c == '\'')
                text += "'\\''";
            else if (c == '\n' || c == '\t')
                text += c == '\n' ? "\\n" : "\\t";
            else
                text += c;
        }
        text += '\'';
    }
    return text;
}

}
