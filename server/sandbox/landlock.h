// The kernel's Landlock interface, which Debian 12's headers know only in part (ABI 2). Names and numbers are those of the kernel's
// include/uapi/linux/landlock.h; the layouts are ABI and never change.
#pragma once

#include <cstdint>
#include <sys/syscall.h>

namespace countersign::sandbox::landlock {

inline constexpr long create_ruleset = 444;
inline constexpr long add_rule = 445;
inline constexpr long restrict_self = 446;

inline constexpr std::uint32_t ask_version = 1; ///< a flag of create_ruleset
inline constexpr int path_beneath = 1;          ///< kinds of rules
inline constexpr int net_port = 2;

/// handled_access_fs; each with the ABI that brought it.
inline constexpr std::uint64_t write_file = 1ULL << 1;
inline constexpr std::uint64_t remove_dir = 1ULL << 4;
inline constexpr std::uint64_t remove_file = 1ULL << 5;
inline constexpr std::uint64_t make_char = 1ULL << 6;
inline constexpr std::uint64_t make_dir = 1ULL << 7;
inline constexpr std::uint64_t make_reg = 1ULL << 8;
inline constexpr std::uint64_t make_sock = 1ULL << 9;
inline constexpr std::uint64_t make_fifo = 1ULL << 10;
inline constexpr std::uint64_t make_block = 1ULL << 11;
inline constexpr std::uint64_t make_sym = 1ULL << 12;
inline constexpr std::uint64_t refer = 1ULL << 13;     ///< 2
inline constexpr std::uint64_t truncate = 1ULL << 14;  ///< 3
inline constexpr std::uint64_t ioctl_dev = 1ULL << 15; ///< 5

inline constexpr std::uint64_t bind_tcp = 1ULL << 0; ///< handled_access_net, 4
inline constexpr std::uint64_t connect_tcp = 1ULL << 1;

inline constexpr std::uint64_t scope_abstract_unix_socket = 1ULL << 0; ///< scoped, 6
inline constexpr std::uint64_t scope_signal = 1ULL << 1;

struct RulesetAttributes {
    std::uint64_t handled_access_fs = 0;
    std::uint64_t handled_access_net = 0;
    std::uint64_t scoped = 0;
};

struct [[gnu::packed]] PathBeneathAttributes {
    std::uint64_t allowed_access = 0;
    std::int32_t parent_fd = -1;
};

struct NetPortAttributes {
    std::uint64_t allowed_access = 0;
    std::uint64_t port = 0;
};

}
