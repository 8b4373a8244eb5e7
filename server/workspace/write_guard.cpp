#include "workspace/write_guard.h"

#include "support/json.h"
#include "workspace/credentials.h"
#include "workspace/folded_name.h"
#include "workspace/hidden_text.h"
#include "workspace/paths.h"
#include "workspace/surfaces.h"

#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>
#include <set>

namespace countersign::workspace {

namespace {

using std::string_view;

struct Words {
    string_view name;
    string_view because; ///< goes on from the file's name
};

/// In the order of Surface.
constexpr std::array words = std::to_array<Words>({
    { "build", "is run or obeyed by the next build, test or installation, which is not in the sandbox" },
    { "ci", "is run by the CI service, with its secrets" },
    { "editor", "is obeyed by an editor or a shell as soon as the folder is opened or entered" },
    { "hook", "is run or obeyed by git, for instance at the next commit" },
    { "agent", "gives instructions or tools to coding agents that work here later" },
    { "lock_file", "decides which code of others is installed" },
    { "ignore_rules", "decides which files searches, reviews and commits pass over" },
    { "executable", "becomes an executable file" },
    { "schema", "names a remote schema, which an editor fetches when it opens the file" },
    { "hidden_text", "gets invisible or bidirectional characters, by which it reads other than it is" },
});

Flag flag(Surface surface, string_view path)
{
    return { surface, fmt::format("{} {}", display_path(path), words.at(static_cast<std::size_t>(surface)).because) };
}

/// Members of package.json that no program runs or installs by.
constexpr std::array harmless_members = std::to_array<string_view>({ "author", "bugs", "contributors", "description", "funding", "homepage",
    "keywords", "license", "name", "private", "repository", "sideEffects", "version" });

/// package.json without its harmless members; null if it is no JSON object.
Json what_npm_obeys(std::optional<string_view> text)
{
    if (!text)
        return Json::object();
    auto parsed = support::parse_json(*text);
    if (!parsed || !parsed->is_object())
        return nullptr;
    for (string_view const name : harmless_members)
        parsed->erase(std::string(name));
    return std::move(*parsed);
}

/// Whether only description, version and the like differ. What cannot be parsed is not harmless.
bool is_harmless_for_npm(FileSide const& before, FileSide const& after)
{
    Json const obeyed = what_npm_obeys(after.text);
    return !obeyed.is_null() && obeyed == what_npm_obeys(before.text);
}

/// The remote schemas that a text names.
std::set<std::string> remote_schemas(std::optional<string_view> text)
{
    static RE2 const pattern(
        R"re((?:["']?\$schema["']?\s*[:=]\s*["']?|yaml-language-server:\s*\$schema=|schemaLocation\s*=\s*["'])\s*([a-z]+://[^"'\s]+))re",
        RE2::Quiet);
    std::set<std::string> found;
    if (!text || (text->find("schema") == string_view::npos))
        return found;
    re2::StringPiece rest(text->data(), text->size());
    std::string url;
    while (RE2::FindAndConsume(&rest, pattern, &url))
        found.insert(url);
    return found;
}

bool names_new_schema(FileSide const& before, FileSide const& after)
{
    auto const old_ones = remote_schemas(before.text);
    auto const new_ones = remote_schemas(after.text);
    return std::any_of(new_ones.begin(), new_ones.end(), [&](std::string const& url) { return !old_ones.contains(url); });
}

}

string_view to_string(Surface surface) { return words.at(static_cast<std::size_t>(surface)).name; }

std::optional<Flag> flag_of(string_view path, FileSide const& before, FileSide const& after)
{
    if (before.text == after.text && before.executable == after.executable)
        return std::nullopt;
    std::string const folded = fold_name(path);
    if (auto const surface = surface_by_name(folded))
        return flag(*surface, path);
    if (name_of(folded) == "package.json" && !is_harmless_for_npm(before, after))
        return flag(Surface::build, path);
    if (after.text && after.executable && !before.executable)
        return flag(Surface::executable, path);
    bool const is_new_name = after.text && !before.text;
    if ((is_new_name && count_hidden(path) > 0)
        || (after.text && count_hidden(*after.text) > count_hidden(before.text.value_or(string_view()))))
        return flag(Surface::hidden_text, path);
    if (names_new_schema(before, after))
        return flag(Surface::schema, path);
    return std::nullopt;
}

std::optional<Flag> flag_of(FileChange const& change)
{
    FileSide const nothing;
    FileSide const old_side { string_view(change.base_text) };
    FileSide const new_side { string_view(change.new_text) };
    switch (change.kind) {
    case ChangeKind::modify:
        return flag_of(change.path, old_side, new_side);
    case ChangeKind::create:
        return flag_of(change.path, nothing, new_side);
    case ChangeKind::remove:
        return flag_of(change.path, old_side, nothing);
    case ChangeKind::move:
        break;
    }
    auto const gone = flag_of(change.from, old_side, nothing);
    return gone ? gone : flag_of(change.path, nothing, new_side);
}

Result<> check_proposable(string_view path)
{
    TRY(check_not_protected(path));
    if (is_own_configuration(path))
        return fail(ErrorCode::denied, fmt::format("{} sets Countersign's own policy; a run may not change it", display_path(path)));
    return {};
}

}
