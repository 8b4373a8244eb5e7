// What a command is taken for, and whether it runs unasked, is asked about, or is refused: levels, allow and deny lists.
//
// Called by agent/ before a command reaches the sandbox, and by the command line. Pure functions over an argument vector; no
// I/O. This is about the question that a person gets, not about safety: a program can always hide what it does, and the boundary
// is the sandbox. So nothing here is parsed into "harmless"; what is known to reach further than it looks is only asked about.
#pragma once

#include "support/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::sandbox {

/// How far a run may go without asking. No level writes: what a command changed is one more diff to approve.
enum class Level {
    analyze,   ///< reads only, no commands
    propose,   ///< each command is asked about
    verify,    ///< commands run unasked, in the sandbox
    connected, ///< as verify, with the allow-list proxy
};
std::string_view to_string(Level level);
/// From "analyze" or "0", and so on. Errors: invalid_params.
Result<Level> level_from(std::string_view text);

/// What an argument vector is, the last one that fits.
enum class CommandKind {
    plain,       ///< a program and its arguments
    inline_code, ///< an interpreter with its program among the arguments: python3 -c
    reaching,    ///< an option or program that runs others, or writes where one would not look: find -exec, git -c, ./git
    shell_text,  ///< sh -c TEXT, also behind env, xargs, nice, timeout, find -exec
    network,     ///< needs a network: curl, git push
    forbidden,   ///< reaches for the machine itself: sudo, docker, ssh, mount
};
std::string_view to_string(CommandKind kind);

struct Classified {
    CommandKind kind = CommandKind::plain;
    std::string why; ///< for the question, as in "`-exec` of find runs other programs"; empty for a plain command
};
/// `argv` has passed check_argv.
Classified classify(std::span<std::string const> argv);

/// Errors: invalid_params (empty, an empty program), too_large, each saying what to change.
Result<> check_argv(std::span<std::string const> argv);

/// Words of an argument vector as a person writes them in a setting: "ctest *", "npm run lint". `*` stands for any characters within
/// a word; a last word of only `*` for all words that follow, also none.
class CommandPattern {
public:
    /// Errors: invalid_params (no word; a pattern that begins with `*` would allow everything).
    static Result<CommandPattern> parse(std::string_view text);
    bool matches(std::span<std::string const> argv) const;
    std::string const& text() const { return text_; }

private:
    std::string text_;
    std::vector<std::string> words_;
    bool open_end_ = false;
};

struct Policy {
    Level level = Level::propose;
    std::vector<CommandPattern> allow; ///< not asked about, if plain, inline or reaching
    std::vector<CommandPattern> deny;  ///< refused, whatever else says yes
    std::vector<std::string> hosts;    ///< that the proxy lets commands reach; none but at the level connected
};

enum class Decision { run, ask, refuse };

struct Verdict {
    Decision decision = Decision::refuse;
    CommandKind kind = CommandKind::plain;
    std::string reason;        ///< for a question or a refusal; empty where it runs
    bool can_remember = false; ///< "always this exact command" may be offered
};
/// `argv` has passed check_argv.
Verdict decide(Policy const& policy, std::span<std::string const> argv);

/// The argument vector as a person can check it: words with blanks and quotes quoted, control, invisible and bidirectional characters
/// escaped. One line, never shortened.
std::string shown(std::span<std::string const> argv);

}
