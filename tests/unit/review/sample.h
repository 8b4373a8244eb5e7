// What the tests of this room share: a workspace in memory, changes made from two texts, and random texts.
#pragma once

#include "review/lines.h"
#include "review/proposal.h"
#include "review/review_document.h"
#include "support/hash.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileChange;

/// A workspace folder as paths and texts.
using Files = std::map<std::string, std::string>;

inline CurrentText reading(Files const& files)
{
    return [&files](std::string const& path) -> Result<std::string> {
        auto const found = files.find(path);
        if (found == files.end())
            return fail(ErrorCode::not_found, "there is no " + path);
        return found->second;
    };
}

inline FileChange modify(std::string path, std::string base, std::string text)
{
    FileChange change { ChangeKind::modify, std::move(path), "", std::move(base), "", {}, std::move(text), {} };
    change.base_hash = support::content_hash(change.base_text);
    change.format = workspace::detect_format(change.base_text);
    return change;
}

inline FileChange create(std::string path, std::string text)
{
    FileChange change { ChangeKind::create, std::move(path), "", "", "", {}, std::move(text), {} };
    change.format = workspace::detect_format(change.new_text);
    return change;
}

inline FileChange remove(std::string path, std::string base)
{
    FileChange change = modify(std::move(path), std::move(base), "");
    change.kind = ChangeKind::remove;
    return change;
}

inline FileChange move(std::string from, std::string path, std::string base, std::string text)
{
    FileChange change = modify(std::move(path), std::move(base), std::move(text));
    change.kind = ChangeKind::move;
    change.from = std::move(from);
    return change;
}

/// Proposal 7, as if it had been stored.
inline Proposal propose(std::vector<FileChange> changes)
{
    Proposal proposal =
        make_proposal("r1", "/home/me/project", "refactor", "Make it simpler", "Two things.", "builtin", std::move(changes));
    proposal.id = "7";
    proposal.created = "2026-03-01T09:30:00.125Z";
    return proposal;
}

/// What the editor does with a plan.
inline void carry_out(Files& files, std::vector<PlannedFile> const& planned)
{
    for (PlannedFile const& file : planned) {
        if (file.kind == ChangeKind::move)
            files.erase(file.from);
        if (file.kind == ChangeKind::remove)
            files.erase(file.path);
        else
            files[file.path] = file.after;
    }
}

/// The error of what should have failed, as "code: message".
template<typename T>
std::string error_of(Result<T> const& result)
{
    return result ? "no error" : support::to_string(result.error());
}

inline Result<std::vector<PlannedFile>> plan_text(Proposal const& proposal, std::string const& document, Files const& files)
{
    auto parsed = TRY(parse_review_document(document));
    return plan_document(proposal, parsed, reading(files));
}

/// Replaces the one occurrence of `from`.
inline std::string replaced(std::string text, std::string const& from, std::string const& to)
{
    std::size_t const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "no '" << from << "' in\n" << text;
    if (at == std::string::npos)
        return text;
    EXPECT_EQ(text.find(from, at + 1), std::string::npos) << "more than one '" << from << "' in\n" << text;
    return text.replace(at, from.size(), to);
}

/// Lines "line 1" to "line <count>".
inline std::string numbered_lines(std::size_t count)
{
    std::string text;
    for (std::size_t i = 1; i <= count; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

/// Few different lines, so that equal ones meet; now and then CRLF, a lone CR, other alphabets, and no last newline.
inline std::string random_text(std::mt19937& random, std::size_t most_lines)
{
    static char const* const lines[] = { "a\n", "b\n", "}\n", "\n", "c\r\n", "\xC3\xA4\xE6\xBC\xA2\n", "d\re\n", "--- a/x\n", "+++ b/x\n",
        "@@ -1 +1 @@\n", "diff --git a/x b/x\n", "# comment\n", "\\ No newline at end of file\n", " \n" };
    std::string text;
    for (std::size_t count = random() % (most_lines + 1); count > 0; --count)
        text += lines[random() % std::size(lines)];
    if (!text.empty() && random() % 3 == 0)
        text.pop_back();
    return text;
}

/// `text` with a few lines dropped, doubled, or replaced.
inline std::string edited_at_random(std::mt19937& random, std::string const& text)
{
    Lines const lines(text);
    std::string edited;
    for (std::size_t i = 0; i < lines.count(); ++i) {
        unsigned const choice = random() % 12;
        if (choice == 0)
            continue;
        if (choice == 1 || choice == 2)
            edited += random_text(random, 2);
        if (!edited.empty() && edited.back() != '\n' && choice != 3)
            edited += '\n';
        edited += lines.line(i);
    }
    if (random() % 6 == 0)
        edited += random_text(random, 3);
    return edited;
}

}
