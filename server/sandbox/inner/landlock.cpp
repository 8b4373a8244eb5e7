#include "sandbox/inner/landlock.h"

#include "support/fd.h"

#include <array>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

namespace {

// linux/landlock.h of kernel 6.12
constexpr std::uint64_t access_truncate = 1ULL << 14;     // ABI 3
constexpr std::uint64_t access_ioctl_device = 1ULL << 15; // ABI 5
constexpr std::uint64_t scope_all = 3;                    // ABI 6: abstract sockets, signals
constexpr std::uint64_t access_read = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t access_devices = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

/// The attributes of ABI 6; an older kernel is told a shorter size.
struct Attributes {
    std::uint64_t files;
    std::uint64_t network;
    std::uint64_t scoped;
};

Result<> allow(int rules, char const* path, std::uint64_t access)
{
    support::UniqueFd const folder(::open(path, O_PATH | O_CLOEXEC));
    if (!folder)
        return {}; // what is not there needs no rule
    landlock_path_beneath_attr rule {};
    rule.allowed_access = access;
    rule.parent_fd = folder.get();
    if (::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return fail(ErrorCode::denied, std::string("a Landlock rule for ") + path + ": " + support::errno_message());
    return {};
}

}

int landlock_abi()
{
    long const abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<> landlock(std::vector<std::string> const& writable)
{
    int const abi = landlock_abi();
    if (abi == 0)
        return {};
    std::uint64_t handled = (1ULL << 13) - 1; // everything of ABI 1
    if (abi >= 2)
        handled |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        handled |= access_truncate;
    if (abi >= 5)
        handled |= access_ioctl_device;
    Attributes const attributes { handled, 0, abi >= 6 ? scope_all : 0 };
    std::size_t const size = abi >= 6 ? sizeof attributes : abi >= 4 ? 16 : 8;
    support::UniqueFd const rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
    if (!rules)
        return fail(ErrorCode::denied, "a Landlock ruleset: " + support::errno_message());
    TRY(allow(rules.get(), "/", access_read));
    for (std::string const& folder : writable)
        TRY(allow(rules.get(), folder.c_str(), handled & ~access_devices));
    if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0)
        return fail(ErrorCode::denied, "Landlock: " + support::errno_message());
    return {};
}

}
