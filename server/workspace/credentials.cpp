#include "workspace/credentials.h"

#include "workspace/folded_name.h"
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

/// Characters of a name that are kept before the "~" of its 8.3 form.
constexpr std::size_t short_stem = 6;

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

/// The 8.3 name that NTFS and FAT give a dot name: "NETRC~1" for ".netrc".
bool is_short_name(string_view name)
{
    std::size_t const tilde = name.find('~');
    if (tilde == string_view::npos || tilde == 0 || tilde + 2 != name.size() || name.back() < '1' || name.back() > '9')
        return false;
    string_view const stem = name.substr(0, tilde);
    auto const is_stem_of = [stem](string_view pattern) {
        return pattern.starts_with('.') && pattern.substr(1, std::min(pattern.find_first_of("*.", 1) - 1, short_stem)) == stem;
    };
    return std::any_of(credential_names.begin(), credential_names.end(), is_stem_of)
        || std::any_of(credential_places.begin(), credential_places.end(),
            [&](NameInFolder const& place) { return place.folder.empty() && is_stem_of(place.name); });
}

bool is_credential_name(string_view name)
{
    if (std::any_of(template_endings.begin(), template_endings.end(), [&](string_view ending) { return name.ends_with(ending); }))
        return false;
    return std::any_of(credential_names.begin(), credential_names.end(), [&](string_view pattern) { return fits_pattern(name, pattern); });
}

}

bool is_credential(string_view path)
{
    std::string const folded = fold_name(path);
    return any_component(folded, [](string_view component, string_view folder) {
        string_view const name = without_ntfs_tail(component);
        auto const is_there = [&](NameInFolder const& place) {
            return fits_pattern(name, place.name) && ends_in_folder(folder, place.folder);
        };
        return is_credential_name(name) || is_short_name(name) || std::any_of(credential_places.begin(), credential_places.end(), is_there);
    });
}

bool is_git_internal(string_view path)
{
    std::string const folded = fold_name(path);
    return any_component(folded, [](string_view component, string_view) {
        string_view const name = without_ntfs_tail(component);
        return name == ".git" || name == "git~1";
    });
}

bool is_own_configuration(string_view path)
{
    std::string const folded = fold_name(path);
    return any_component(folded, [](string_view component, string_view folder) {
        string_view const name = without_ntfs_tail(component);
        return name == ".countersign.toml"
            || (name == "countersign" && (ends_in_folder(folder, ".config") || ends_in_folder(folder, ".local/state")));
    });
}

Result<> check_not_protected(string_view path)
{
    if (is_git_internal(path))
        return fail(ErrorCode::denied, fmt::format("{} belongs to git itself; it is neither shown nor changed", display_path(path)));
    if (is_credential(path))
        return fail(ErrorCode::denied, fmt::format("{} may hold credentials; it is neither shown nor changed", display_path(path)));
    return {};
}

}
