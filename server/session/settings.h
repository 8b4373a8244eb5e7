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

struct Settings {
    std::string provider = "builtin";
    std::string level = "propose";
    std::vector<std::string> allow; ///< commands that run unasked
    std::vector<std::string> deny;  ///< commands that never run
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
};

/// One row of the table: a member of Settings, what it may be, and what it is for.
struct Setting {
    std::string_view name;
    std::string_view meaning;
    std::string Settings::*text = nullptr;
    std::int64_t Settings::*number = nullptr;
    std::vector<std::string> Settings::*list = nullptr;
    std::span<std::string_view const> choices {}; ///< of a text setting; empty means any text
    std::int64_t least = 1, most = 1'000'000'000; ///< of a number setting
    bool can_narrow = false;                      ///< a repository may lower it, or add to it
};
std::span<Setting const> settings_table();

/// Values by name, and where each was written: "/home/ada/.config/countersign/config.toml:3", "COUNTERSIGN_PROVIDER".
struct SettingsLayer {
    struct Value {
        Json value;
        std::string origin;
    };
    std::map<std::string, Value> values;
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
/// Errors: invalid_params.
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
