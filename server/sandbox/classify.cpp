#include "sandbox/command_table.h"
#include "sandbox/policy.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

/// A wrapper with more arguments than this is taken for one that hides something.
constexpr std::size_t looked_at = 256;

using Arguments = std::span<std::string const>;

/// "/usr/bin/python3.11" is python.
std::string_view program_name(std::string_view argument)
{
    std::string_view const file = argument.substr(argument.rfind('/') + 1);
    std::size_t const last = file.find_last_not_of("0123456789.-");
    return last == std::string_view::npos ? file : file.substr(0, last + 1);
}

/// Calls `use` with each word until it returns true; whether it did.
template<typename Use>
bool any_word(std::string_view words, Use const& use)
{
    while (!words.empty()) {
        std::string_view const word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(word.size() + 1, words.size()));
        if (!word.empty() && use(word))
            return true;
    }
    return false;
}

bool is_named(std::string_view names, std::string_view argument)
{
    std::string_view const file = argument.substr(argument.rfind('/') + 1), name = program_name(argument);
    return any_word(names, [&](std::string_view known) {
        if (known.ends_with('*'))
            return file.starts_with(known.substr(0, known.size() - 1));
        return known == name || known == file;
    });
}

/// The subcommand: the first argument that is neither an option nor the value of one that is known to have one.
std::string_view first_word(Arguments arguments)
{
    constexpr std::string_view with_value = "-C -c --git-dir --work-tree --namespace --prefix --cwd --manifest-path";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string_view const argument = arguments[i];
        if (!argument.starts_with('-'))
            return argument;
        i += any_word(with_value, [&](std::string_view option) { return option == argument; }) ? 1 : 0;
    }
    return {};
}

bool is_option(std::string_view argument, std::string_view mark)
{
    constexpr std::size_t shortest_abbreviation = 5;
    if (argument.size() < 2 || argument[0] != '-')
        return false;
    std::string_view const name = argument.substr(0, argument.find('='));
    if (mark.starts_with("--"))
        return name == mark || (name.size() >= shortest_abbreviation && mark.starts_with(name));
    if (mark.size() == 2)
        return argument[1] != '-' && name.find(mark[1], 1) != std::string_view::npos;
    return name == mark;
}

/// The mark of the row that these arguments have; empty if none.
std::string_view mark_among(CommandRow const& row, Arguments arguments)
{
    std::string_view found;
    any_word(row.marks, [&](std::string_view mark) {
        bool const has = mark.starts_with('-')
            ? std::any_of(arguments.begin(), arguments.end(), [&](std::string const& argument) { return is_option(argument, mark); })
            : first_word(arguments) == mark;
        if (has)
            found = mark;
        return has;
    });
    return found;
}

/// A script of sed that runs (e) or writes (w): as a command after its address, or as a flag of s.
bool sed_reaches(std::string_view script)
{
    std::size_t const command = script.find_first_not_of("0123456789,$ ~+!{;");
    if (command == std::string_view::npos)
        return false;
    // An address in the form of an expression is not read on from; what stands behind it may be anything.
    if (script[command] == '/' || script[command] == '\\')
        return script.find_last_of("ewW") != std::string_view::npos && script.find_last_of("ewW") > script.rfind('/');
    if (script[command] == 'e' || script[command] == 'w' || script[command] == 'W')
        return true;
    if (script[command] != 's' || command + 1 >= script.size())
        return script.find(";e") != std::string_view::npos || script.find(";w") != std::string_view::npos;
    std::size_t const last = script.rfind(script[command + 1]);
    return script.substr(last + 1).find_first_of("ew") != std::string_view::npos;
}

/// Programs whose text says what they do, where a row cannot.
Classified classify_text(Arguments argv)
{
    Arguments const arguments = argv.subspan(1);
    if (is_named("awk gawk mawk nawk", argv[0])) {
        constexpr std::array marks { "system", "|", ">", "getline", "-f", "@load" };
        for (std::string const& argument : arguments) {
            for (char const* mark : marks) {
                if (argument.find(mark) != std::string::npos)
                    return { CommandKind::reaching, "its program can run others or write files" };
            }
        }
        return { CommandKind::inline_code, "its program is among the arguments" };
    }
    if (is_named("sed gsed", argv[0])) {
        for (std::string const& argument : arguments) {
            if (!argument.starts_with('-') && sed_reaches(argument))
                return { CommandKind::reaching, "its script can run others or write files" };
        }
    }
    return {};
}

/// "./git": a program of the workspace with the name of one that the system has.
Classified classify_path(std::string const& program)
{
    if (program.find('/') == std::string::npos || program.starts_with('/'))
        return {};
    std::string const file = program.substr(program.rfind('/') + 1);
    for (char const* folder : { "/usr/local/bin/", "/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/" }) {
        if (!file.empty() && ::access((folder + file).c_str(), X_OK) == 0)
            return { CommandKind::reaching, fmt::format("it is not the system's {}, but a file of the workspace", file) };
    }
    return {};
}

void take_more_serious(Classified& worst, Classified found)
{
    if (found.kind > worst.kind)
        worst = std::move(found);
}

/// `argv` alone, without what it starts. `starts_others` is set if it does.
Classified classify_one(Arguments argv, bool& starts_others)
{
    Arguments const arguments = argv.subspan(1);
    Classified worst = classify_text(argv);
    take_more_serious(worst, classify_path(argv[0]));
    for (CommandRow const& row : command_rows()) {
        if (!is_named(row.programs, argv[0]))
            continue;
        std::string_view const mark = mark_among(row, arguments);
        if (mark.empty() && !row.marks.empty())
            continue;
        starts_others = starts_others || row.starts_others;
        std::string const what = mark.empty() ? std::string(program_name(argv[0])) : fmt::format("{} {}", program_name(argv[0]), mark);
        take_more_serious(worst, { row.kind, row.why.empty() ? std::string() : fmt::format("{}: {}", what, row.why) });
    }
    return worst;
}

}

Classified classify(Arguments argv)
{
    bool starts_others = false;
    Classified worst = classify_one(argv, starts_others);
    if (!starts_others)
        return worst;
    if (argv.size() > looked_at)
        return { CommandKind::shell_text, "it starts another program, with more arguments than are looked at" };
    // Which of the words is the program depends on options that differ from wrapper to wrapper: each is looked at as one.
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (!argv[i].empty())
            take_more_serious(worst, classify_one(argv.subspan(i), starts_others));
    }
    return worst;
}

}
