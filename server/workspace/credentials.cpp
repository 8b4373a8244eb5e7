#include "workspace/credentials.h"

#include "support/text.h"
#include "workspace/paths.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <string>

namespace countersign::workspace {

namespace {

using std::string_view;

/// File names; a '*' stands for any run of characters. Lower case.
constexpr std::array credential_names = std::to_array<string_view>({
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "*.ovpn",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".git-credentials",
    ".terraformrc",
    "terraform.tfstate*",
    "*.tfvars",
    "*.tfvars.json",
    ".vault-token",
    "secrets.yml",
    "secrets.yaml",
    "credentials.json",
    "service-account*.json",
    ".htpasswd",
    ".pgpass",
    ".my.cnf",
    ".xauthority",
});

/// What the name of a pattern file ends in: it shows the shape of the secret one and is meant to be read.
constexpr std::array template_endings = std::to_array<string_view>({ ".example", ".sample", ".template", ".dist" });

/// What is a credential by the folder it is in: a name, with a '*' as above, in a folder given by whole components.
struct NameInFolder {
    string_view folder; ///< empty: any
    string_view name;
};
constexpr std::array credential_places = std::to_array<NameInFolder>({
    { "", ".ssh" },
    { "", ".gnupg" },
    { "", ".aws" },
    { "", ".azure" },
    { "", ".kube" },
    { ".config", "gcloud" },
    { ".config", "hub" },
    { ".config/gh", "hosts.yml" },
    { ".docker", "config.json" },
    { ".cargo", "credentials*" },
    { ".gem", "credentials" },
    { ".m2", "settings*.xml" },
    { ".gradle", "gradle.properties" },
});

/// Characters that HFS+ leaves out when it compares names (git's list), as UTF-8.
constexpr std::array hfs_ignored = std::to_array<string_view>({
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u206a",
    "\u206b",
    "\u206c",
    "\u206d",
    "\u206e",
    "\u206f",
    "\ufeff",
});

void replace_all(std::string& text, string_view from, string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// As a disk that ignores case would compare it.
std::string fold(string_view path)
{
    std::string folded = support::to_lower_ascii(path);
    if (std::all_of(folded.begin(), folded.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return folded;
    for (string_view ignored : hfs_ignored)
        replace_all(folded, ignored, "");
    replace_all(folded, "\u017f", "s"); // long s and the kelvin sign fold into ASCII
    replace_all(folded, "\u212a", "k");
    return folded;
}

/// `pattern` has at most one '*'.
bool fits(string_view name, string_view pattern)
{
    std::size_t const star = pattern.find('*');
    if (star == string_view::npos)
        return name == pattern;
    string_view const head = pattern.substr(0, star);
    string_view const tail = pattern.substr(star + 1);
    return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

bool is_credential_name(string_view name)
{
    if (std::any_of(template_endings.begin(), template_endings.end(), [&](string_view ending) { return name.ends_with(ending); }))
        return false;
    return std::any_of(credential_names.begin(), credential_names.end(), [&](string_view pattern) { return fits(name, pattern); });
}

/// NTFS drops dots and spaces at a name's end and takes what follows a ':' for a stream.
string_view without_ntfs_tail(string_view name)
{
    name = name.substr(0, name.find(':'));
    std::size_t const last = name.find_last_not_of(". ");
    return last == string_view::npos ? string_view {} : name.substr(0, last + 1);
}

/// Calls `visit(component, path of the folder it is in)` until it returns true.
template<typename Visit>
bool any_component(string_view path, Visit visit)
{
    std::size_t begin = 0;
    while (begin < path.size()) {
        std::size_t const end = std::min(path.find('/', begin), path.size());
        if (visit(path.substr(begin, end - begin), path.substr(0, begin == 0 ? 0 : begin - 1)))
            return true;
        begin = end + 1;
    }
    return false;
}

bool ends_in_folder(string_view path, string_view folder)
{
    return path.ends_with(folder) && (folder.empty() || path.size() == folder.size() || path[path.size() - folder.size() - 1] == '/');
}

}

bool is_credential(string_view path)
{
    std::string const folded = fold(path);
    return any_component(folded, [](string_view component, string_view folder) {
        auto const is_there = [&](NameInFolder const& place) {
            return fits(component, place.name) && ends_in_folder(folder, place.folder);
        };
        return is_credential_name(component) || std::any_of(credential_places.begin(), credential_places.end(), is_there);
    });
}

bool is_git_internal(string_view path)
{
    std::string const folded = fold(path);
    return any_component(folded, [](string_view component, string_view) {
        string_view const name = without_ntfs_tail(component);
        return name == ".git" || name == "git~1";
    });
}

bool is_own_configuration(string_view path) { return fold(name_of(path)) == ".countersign.toml"; }

Result<> check_not_protected(string_view path)
{
    if (is_git_internal(path))
        return fail(ErrorCode::denied, fmt::format("{} belongs to git itself; it is neither shown nor changed", display_path(path)));
    if (is_credential(path))
        return fail(ErrorCode::denied, fmt::format("{} may hold credentials; it is neither shown nor changed", display_path(path)));
    return {};
}

}
