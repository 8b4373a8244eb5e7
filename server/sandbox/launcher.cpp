#include "sandbox/launcher.h"

#include <array>
#include <cstdio>
#include <fmt/core.h>
#include <fstream>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

/// A launcher that somebody else could have put there is none.
bool is_trusted_program(std::string const& path, std::string const& workspace)
{
    struct stat status { };
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 && (status.st_mode & 0022) == 0
        && (status.st_mode & 0111) != 0 && !path.starts_with(workspace + "/");
}

Result<std::string> find_program(std::string const& name, std::string const& workspace, std::string const& fix)
{
    for (char const* folder : { "/usr/bin/", "/usr/local/bin/", "/bin/" }) {
        if (is_trusted_program(folder + name, workspace))
            return folder + name;
    }
    return fail(ErrorCode::denied, fmt::format("no command can be run: {} is missing, and nothing runs unconfined instead. {}", name, fix));
}

int kernel_switch(char const* path)
{
    std::ifstream file(path);
    int value = -1;
    file >> value;
    return value;
}

Launch bwrap_launch(std::string const& bwrap, std::string const& workspace)
{
    Launch launch { {}, {}, "bubblewrap", Place::namespaces, {}, ::geteuid(), ::getegid() };
    std::vector<std::string>& argv = launch.argv;
    struct stat status { };
    if (launch.user == 0 && ::stat(workspace.c_str(), &status) == 0 && status.st_uid != 0) {
        // As root, the files of a workspace that is somebody else's could be read but not changed: then the sandbox is that person's.
        launch.user = status.st_uid;
        launch.group = status.st_gid;
        argv = { "/usr/bin/setpriv", fmt::format("--reuid={}", launch.user), fmt::format("--regid={}", launch.group), "--clear-groups" };
    }
    argv.push_back(bwrap);
    for (char const* argument : { "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
             "--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv",
             // User 0 of a namespace of its own, which owns the mounts: the inner program may then take the host's tree away
             // again. The command gets neither the number nor a capability.
             "--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP", "--cap-add",
             "CAP_DAC_OVERRIDE", "--cap-add", "CAP_FOWNER", "--cap-add", "CAP_CHOWN", "--cap-add", "CAP_FSETID", "--cap-add", "CAP_KILL",
             "--cap-add", "CAP_SYS_PTRACE", "--cap-add", "CAP_SETFCAP", "--tmpfs", "/.under", "--ro-bind", "/", "/.under/host", "--proc",
             "/proc", "--dev", "/dev", "--" })
        argv.emplace_back(argument);
    argv.push_back(fmt::format("/proc/self/fd/{}", program_descriptor));
    return launch;
}

/// Somebody without rights: the person, or, for root, whose workspace it is, or nobody.
std::pair<std::uint32_t, std::uint32_t> ordinary_user(std::string const& workspace)
{
    constexpr std::uint32_t nobody = 65534;
    if (::geteuid() != 0)
        return { ::geteuid(), ::getegid() };
    struct stat status { };
    if (::stat(workspace.c_str(), &status) == 0 && status.st_uid != 0)
        return { status.st_uid, status.st_gid };
    return { nobody, nobody };
}

std::vector<std::string> passed_on(std::map<std::string, std::string> const& environment)
{
    std::vector<std::string> variables;
    variables.reserve(environment.size());
    for (auto const& [name, value] : environment)
        variables.push_back(fmt::format("{}={}", name, value));
    return variables;
}

Result<Launch> engine_launch(BrokerOptions const& options, Request const& request, std::string const& room)
{
    std::string const name = options.backend == BackendKind::podman ? "podman" : "docker";
    std::string const engine = options.engine.empty()
        ? TRY(find_program(name, request.workspace, fmt::format("Install {}, or take sandbox = \"bwrap\".", name)))
        : options.engine;
    if (options.image.empty())
        return fail(
            ErrorCode::denied, fmt::format("no command can be run: {} needs to know an image with your tools; set sandbox_image", name));
    auto const [user, group] = ordinary_user(request.workspace);
    return Launch { engine_command(options.backend, engine, options.image, room + "/inner", request, user, group),
        passed_on(options.environment), name, Place::container, request.workspace, user, group };
}

}

bool needs_room(BackendKind backend) { return backend != BackendKind::bwrap; }

Result<Launch> plan_launch(BrokerOptions const& options, Request const& request, std::string const& room)
{
    switch (options.backend) {
    case BackendKind::bwrap:
        return bwrap_launch(
            TRY(find_program("bwrap", request.workspace, "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap).")),
            request.workspace);
    case BackendKind::podman:
    case BackendKind::docker:
        return engine_launch(options, request, room);
    case BackendKind::none:
        break;
    }
    return Launch { { fmt::format("/proc/self/fd/{}", program_descriptor), "--stdio" }, {}, "none", Place::bare, room + "/view",
        ::geteuid(), ::getegid() };
}

std::vector<std::string> engine_command(BackendKind backend, std::string const& engine, std::string const& image,
    std::string const& program, Request const& request, std::uint32_t user, std::uint32_t group)
{
    Limits const& limits = request.limits;
    std::vector<std::string> argv { engine, "run", "--rm", "--interactive", "--pull=never", "--network=none", "--read-only",
        "--cap-drop=ALL", "--security-opt=no-new-privileges", fmt::format("--pids-limit={}", limits.processes),
        fmt::format("--memory={}", limits.memory), fmt::format("--memory-swap={}", limits.memory), "--cpus=2", "--ipc=private",
        "--uts=private", "--hostname=sandbox", "--log-driver=none", fmt::format("--ulimit=nofile={}", limits.open_files), "--ulimit=core=0",
        fmt::format("--tmpfs=/tmp:rw,nosuid,nodev,exec,mode=1777,size={}", limits.view_bytes), // first: the workspace may lie in it
        fmt::format(
            "--tmpfs={}:rw,nosuid,nodev,exec,mode=0777,size={},nr_inodes={}", request.workspace, limits.view_bytes, limits.view_inodes),
        fmt::format("--user={}:{}", user, group) };
    // Without root, podman has numbers of users of its own; the person's is to be the same inside.
    if (backend == BackendKind::podman && ::geteuid() != 0)
        argv.emplace_back("--userns=keep-id");
    argv.insert(argv.end(), { fmt::format("--volume={}:/.inner:ro", program), "--entrypoint=/.inner", image, "--stdio" });
    return argv;
}

Error explain_failed_engine(std::string const& engine, std::string const& said)
{
    return { ErrorCode::denied,
        fmt::format("no command can be run: {} did not start the container ({}). Try it by hand: {} run --rm IMAGE true.", engine,
            said.empty() ? "it said nothing" : said, engine) };
}

Error explain_failed_launch(std::string const& said)
{
    std::string fix = "Try it by hand: bwrap --unshare-all --ro-bind / / true.";
    if (kernel_switch("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
        fix = "AppArmor keeps programs from making namespaces here: install its profile for bwrap (Ubuntu: apt-get install "
              "apparmor-profiles, then "
              "copy /usr/share/apparmor/extra-profiles/bwrap-userns-restrict to /etc/apparmor.d and reload).";
    else if (kernel_switch("/proc/sys/kernel/unprivileged_userns_clone") == 0)
        fix = "Allow namespaces of users: sysctl kernel.unprivileged_userns_clone=1.";
    else if (kernel_switch("/proc/sys/user/max_user_namespaces") == 0)
        fix = "Allow namespaces of users: sysctl user.max_user_namespaces=10000.";
    return { ErrorCode::denied,
        fmt::format("no command can be run: the sandbox does not start here ({}). {}", said.empty() ? "it said nothing" : said, fix) };
}

std::uint32_t own_pid_max(std::uint32_t processes)
{
    utsname name {};
    int major = 0;
    int minor = 0;
    if (::uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2)
        return 0;
    // Before 6.14 there is one limit for the whole machine, and root would change that one.
    if (major < 6 || (major == 6 && minor < 14))
        return 0;
    return processes + 301; // the kernel never gives out numbers up to 300 a second time
}

}
