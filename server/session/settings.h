// Settings: one table of names, the same in every place where a person can write them.
//
// `max_steps` in config.toml, `countersign.max_steps` in an editor, COUNTERSIGN_MAX_STEPS in the environment and --max-steps
// on the command line are one setting; a later place in that order wins. A repository's .countersign.toml can only
// make limits smaller.
#pragma once

#include "sandbox/policy.h"
#include "support/json.h"
#include "support/log.h"
#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::session {

/// A limit this high is none. Narrowing takes the smaller of two values, so "none" is the largest.
inline constexpr std::int64_t unlimited = 1'000'000'000;
inline constexpr double unlimited_cost = 1'000'000;

struct Settings {
    std::string provider = "builtin";
    std::string level = "propose";
    std::vector<std::string> allow;       ///< commands that run unasked
    std::vector<std::string> deny;        ///< commands that never run
    std::vector<std::string> allow_hosts; ///< that commands may reach at the level connected
    std::string sandbox = "bwrap";
    std::string sandbox_image;
    std::string model;
    std::string base_url;
    std::string api_key_command;
    std::string ca_file;
    bool allow_http = false;
    std::int64_t connect_timeout = 10;
    std::int64_t first_byte_timeout = 180;
    std::int64_t idle_timeout = 90;
    std::int64_t max_output_tokens = 8192;
    std::int64_t context_tokens = 32768;
    std::string tool_calls = "native";
    std::vector<std::string> instruction_files; ///< absolute paths
    std::string fallback;
    std::string model_explain, model_refactor, model_add_tests, model_fix, model_ask;
    std::int64_t requests_per_minute = unlimited;
    std::int64_t tokens_per_minute = unlimited;
    std::string price_file;
    std::int64_t max_requests_per_run = unlimited;
    std::int64_t max_requests_per_day = unlimited;
    std::int64_t max_requests_per_workspace = unlimited;
    std::int64_t max_tokens_per_run = unlimited;
    std::int64_t max_tokens_per_day = unlimited;
    std::int64_t max_tokens_per_workspace = unlimited;
    std::int64_t max_seconds_per_day = unlimited;
    std::int64_t max_seconds_per_workspace = unlimited;
    double max_cost_per_run = unlimited_cost;
    double max_cost_per_day = unlimited_cost;
    double max_cost_per_workspace = unlimited_cost;
    std::int64_t response_cache_hours = 0;
    std::string recording;
    std::string log_level = "warn";
    std::string log_file;
    std::string trace;
    std::int64_t max_steps = 50;
    std::int64_t max_tool_calls = 400;
    std::int64_t max_seconds_per_run = 600;
    std::int64_t max_tool_output = 64 * 1024;
    std::string audit_texts = "off";
    std::int64_t audit_days = 0;
    std::int64_t audit_entries = 0;
    std::filesystem::path file; ///< where the person's own settings stand; empty: nowhere
};

/// One row of the table: a member of Settings, what it may be, and what it is for.
struct Setting {
    std::string_view name;
    std::string_view meaning;
    std::string Settings::*text = nullptr;
    std::int64_t Settings::*number = nullptr;
    std::vector<std::string> Settings::*list = nullptr;
    bool is_paths = false; ///< of a list setting: absolute paths, else patterns of commands
    double Settings::*decimal = nullptr;
    bool Settings::*flag = nullptr;
    std::span<std::string_view const> choices {}; ///< of a text setting; empty means any text
    std::int64_t least = 1, most = unlimited;     ///< of a number setting; a decimal is from 0 to unlimited_cost
    bool can_narrow = false;                      ///< a repository may lower it, or add to it
    /// Not taken from an editor, whose settings may stand in a repository. An address on this machine is taken all the same.
    bool is_persons_own = false;
};
std::span<Setting const> settings_table();
/// Null if there is none of that name.
Setting const* find_setting(std::string_view name);

/// Values by name, and where each was written: "/home/ada/.config/countersign/config.toml:3", "COUNTERSIGN_PROVIDER".
struct SettingsLayer {
    struct Value {
        Json value;
        std::string origin;
    };
    std::map<std::string, Value> values;
    std::filesystem::path file; ///< that it was read from, if it is the person's own
};

/// Errors: invalid_params naming file and line (not TOML, an unknown key, a value of the wrong kind); io. A missing file is an empty layer.
Result<SettingsLayer> read_settings_file(std::filesystem::path const& path);
/// As read_settings_file, from text that came from `name`.
Result<SettingsLayer> parse_settings(std::string_view toml, std::string const& name);
/// COUNTERSIGN_<NAME> variables. Errors: invalid_params.
Result<SettingsLayer> settings_from_environment(std::map<std::string, std::string> const& environment);
/// One setting given as text, from a flag. Errors: invalid_params.
Result<> add_setting(SettingsLayer& layer, std::string const& name, std::string const& text, std::string origin);
/// From an editor: {"provider": ...}, or the same under "countersign". Null and unknown shapes are an empty layer.
/// Errors: invalid_params; denied (what only the person's own configuration can set).
Result<SettingsLayer> settings_from_editor(Json const& value, std::string const& origin);

/// Applies layers in order.
Settings merge(std::span<SettingsLayer const* const> layers);
/// What an editor may say of commands: its settings may come from the repository that it has open, and it does not tell. So it may lower
/// the level and forbid commands, no more. `human` is what file, environment and flags say. Returns what was not heeded, or nothing.
std::string keep_human_scope(Settings& settings, Settings const& human);
/// Errors: invalid_params (a pattern that is none).
Result<sandbox::Policy> policy_from(Settings const& settings);
/// What a repository may say. Errors: denied: a key that could widen, naming file and line.
Result<Settings> narrowed(Settings settings, SettingsLayer const& repository);

}
