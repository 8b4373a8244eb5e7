#include "sandbox/surroundings.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace countersign::sandbox {

namespace {

namespace fs = std::filesystem;

/// The system as such. What is a link on the host (/bin -> usr/bin) is one inside.
constexpr char const* system_folders[] = { "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix" };

/// What programs look up in /etc and what is no secret. No host names, no mail, no keys, no configuration of services.
constexpr char const* etc_entries[] = { "alternatives", "bash.bashrc", "ca-certificates", "debian_version", "fonts", "group", "host.conf",
    "inputrc", "java-11-openjdk", "java-17-openjdk", "java-21-openjdk", "java-25-openjdk", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
    "localtime", "lsb-release", "magic", "magic.mime", "maven", "mime.types", "nsswitch.conf", "os-release", "papersize", "passwd", "perl",
    "pki/tls/certs", "profile", "protocols", "python3", "python3.11", "rpc", "services", "ssl/certs", "ssl/openssl.cnf", "terminfo",
    "timezone", "X11/rgb.txt", "xdg" };

/// A toolchain under HOME; `secrets` are files of it that may hold credentials.
struct Toolchain {
    char const* path;
    std::vector<char const*> secrets;
};

std::vector<Toolchain> const& toolchains()
{
    static std::vector<Toolchain> const table = { { ".cargo", { "credentials", "credentials.toml" } }, { ".rustup", {} }, { ".nvm", {} },
        { ".volta", {} }, { ".fnm", {} }, { ".local/share/fnm", {} }, { ".local/share/mise", {} }, { ".asdf", {} }, { ".bun", {} },
        { ".deno", {} }, { ".pyenv", {} }, { ".local/lib", {} }, { ".local/bin", {} }, { ".local/share/uv", {} }, { ".local/pipx", {} },
        { ".local/share/pipx", {} }, { ".rye", {} }, { "miniconda3", {} }, { "anaconda3", {} }, { "miniforge3", {} }, { ".rbenv", {} },
        { ".rvm", {} }, { ".gem", { "credentials" } }, { ".bundle", { "config" } }, { "go", {} }, { ".goenv", {} }, { "sdk", {} },
        { ".sdkman", {} }, { ".jenv", {} }, { ".m2", { "settings.xml", "settings-security.xml" } }, { ".gradle", { "gradle.properties" } },
        { ".ghcup", {} }, { ".stack", {} }, { ".opam", {} }, { ".dotnet", {} }, { ".nuget/packages", {} }, { ".juliaup", {} },
        { ".julia", {} }, { ".nimble", {} }, { ".elan", {} }, { ".swiftly", {} }, { ".zvm", {} } };
    return table;
}

/// Names that hold credentials wherever they lie; looked for at the top of each toolchain.
constexpr char const* secret_names[] = { ".npmrc", ".netrc", "_netrc", ".git-credentials", ".yarnrc.yml", ".pypirc", ".env", ".vault-token",
    "credentials", "credentials.toml", "credentials.json" };

bool is_beneath(std::string const& path, std::string const& folder)
{
    return path == folder || (path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/'));
}

bool exists(std::string const& path)
{
    std::error_code error;
    return fs::exists(path, error);
}

std::string value_of(std::map<std::string, std::string> const& environment, char const* name)
{
    auto const found = environment.find(name);
    return found == environment.end() ? "" : found->second;
}

std::vector<std::string> path_entries(std::string const& path)
{
    std::vector<std::string> entries;
    for (std::size_t begin = 0; begin <= path.size();) {
        std::size_t const end = std::min(path.find(':', begin), path.size());
        std::string entry = fs::path(path.substr(begin, end - begin)).lexically_normal().string();
        while (entry.size() > 1 && entry.ends_with('/'))
            entry.pop_back();
        if (entry.starts_with('/') && entry != "/" && std::find(entries.begin(), entries.end(), entry) == entries.end())
            entries.push_back(std::move(entry));
        begin = end + 1;
    }
    return entries;
}

class Looking {
public:
    Looking(std::string home, std::string workspace) : home_(std::move(home)), workspace_(std::move(workspace)) { }

    void add_system()
    {
        for (char const* folder : system_folders)
            add(folder);
        for (char const* entry : etc_entries)
            add(std::string("/etc/") + entry);
    }

    void add_toolchains()
    {
        if (home_.empty() || home_ == "/")
            return;
        for (Toolchain const& toolchain : toolchains()) {
            std::string const path = home_ + "/" + toolchain.path;
            if (!exists(path))
                continue;
            add(path);
            found_.home_links.emplace_back(toolchain.path, path);
            for (char const* secret : toolchain.secrets)
                hide(path + "/" + secret);
            for (char const* secret : secret_names)
                hide(path + "/" + secret);
        }
    }

    /// A folder of PATH that is not seen yet. One of /opt brings the product with it that it belongs to.
    void add_program_folder(std::string const& entry)
    {
        if (is_beneath(entry, workspace_) || is_beneath(workspace_, entry))
            return;
        if (!is_seen(entry)) {
            static std::set<std::string> const never = { "/home", "/root", "/var", "/run", "/proc", "/sys", "/dev", "/etc", "/tmp",
                "/boot" };
            if (entry == home_ || never.contains(entry) || !exists(entry) || is_beneath(entry, "/proc") || is_beneath(entry, "/sys")
                || is_beneath(entry, "/dev") || is_beneath(entry, "/run"))
                return;
            std::size_t const product = entry.starts_with("/opt/") ? entry.find('/', 5) : std::string::npos;
            add(entry.substr(0, product));
        }
        path_ += (path_.empty() ? "" : ":") + entry;
    }

    Surroundings finish()
    {
        for (char const* folder : { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }) {
            if ((":" + path_ + ":").find(std::string(":") + folder + ":") == std::string::npos)
                path_ += std::string(":") + folder;
        }
        if (path_.starts_with(':'))
            path_.erase(0, 1);
        found_.environment = { { "PATH", path_ }, { "HOME", "/tmp/home" }, { "TMPDIR", "/tmp" }, { "USER", "user" }, { "LOGNAME", "user" },
            { "SHELL", "/bin/sh" }, { "LANG", "C.UTF-8" }, { "TERM", "dumb" }, { "CI", "1" }, { "NO_COLOR", "1" }, { "PAGER", "cat" },
            // Git: no question, and none of the programs that a repository's configuration may name.
            { "GIT_CONFIG_NOSYSTEM", "1" }, { "GIT_TERMINAL_PROMPT", "0" }, { "GIT_CONFIG_COUNT", "5" },
            { "GIT_CONFIG_KEY_0", "safe.bareRepository" }, { "GIT_CONFIG_VALUE_0", "explicit" }, { "GIT_CONFIG_KEY_1", "core.fsmonitor" },
            { "GIT_CONFIG_VALUE_1", "false" }, { "GIT_CONFIG_KEY_2", "core.hooksPath" }, { "GIT_CONFIG_VALUE_2", "/dev/null" },
            { "GIT_CONFIG_KEY_3", "protocol.ext.allow" }, { "GIT_CONFIG_VALUE_3", "never" }, { "GIT_CONFIG_KEY_4", "safe.directory" },
            { "GIT_CONFIG_VALUE_4", "*" },
            // There is no network: say so at once instead of trying for minutes.
            { "CARGO_NET_OFFLINE", "true" }, { "GOPROXY", "off" }, { "GOFLAGS", "-buildvcs=false" }, { "GOTOOLCHAIN", "local" },
            { "PIP_NO_INDEX", "1" }, { "PIP_DISABLE_PIP_VERSION_CHECK", "1" }, { "npm_config_offline", "true" },
            { "npm_config_update_notifier", "false" }, { "npm_config_audit", "false" }, { "npm_config_fund", "false" },
            // The leak check of sanitizers traces processes, which is not allowed here.
            { "LSAN_OPTIONS", "detect_leaks=0" } };
        add_variable("CARGO_HOME", ".cargo");
        add_variable("RUSTUP_HOME", ".rustup");
        add_variable("PYENV_ROOT", ".pyenv");
        add_variable("NVM_DIR", ".nvm");
        return std::move(found_);
    }

private:
    bool is_seen(std::string const& path) const
    {
        return std::any_of(found_.binds.begin(), found_.binds.end(), [&](Bind const& bind) { return is_beneath(path, bind.inner); });
    }

    void add(std::string const& path)
    {
        if (!is_seen(path))
            found_.binds.push_back({ path, path });
    }

    void hide(std::string const& path)
    {
        if (exists(path) && std::find(found_.hidden.begin(), found_.hidden.end(), path) == found_.hidden.end())
            found_.hidden.push_back(path);
    }

    void add_variable(char const* name, std::string const& toolchain)
    {
        if (is_seen(home_ + "/" + toolchain) && exists(home_ + "/" + toolchain))
            found_.environment.emplace_back(name, home_ + "/" + toolchain);
    }

    std::string home_;
    std::string workspace_;
    Surroundings found_;
    std::string path_;
};

}

Surroundings look_around(std::map<std::string, std::string> const& environment, std::string const& workspace)
{
    std::string home = value_of(environment, "HOME");
    while (home.size() > 1 && home.ends_with('/'))
        home.pop_back();
    Looking looking(home.starts_with('/') ? home : "", workspace);
    looking.add_system();
    looking.add_toolchains();
    for (std::string const& entry : path_entries(value_of(environment, "PATH")))
        looking.add_program_folder(entry);
    return looking.finish();
}

bool is_loading_variable(std::string_view name)
{
    static std::set<std::string, std::less<>> const exact = { "PATH", "HOME", "IFS", "ENV", "BASH_ENV", "BASHOPTS", "SHELLOPTS", "PS4",
        "NODE_OPTIONS", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "GCONV_PATH", "LOCPATH" };
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    auto const begins = [&](std::string_view prefix) { return upper.starts_with(prefix); };
    return exact.contains(upper) || begins("LD_") || begins("DYLD_") || begins("PYTHON") || begins("PERL5") || begins("GIT_")
        || upper.ends_with("_PROXY") || upper.empty() || upper.find_first_of(std::string_view("=\0", 2)) != std::string::npos;
}

}
