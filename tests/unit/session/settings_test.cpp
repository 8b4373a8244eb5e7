#include "session/settings.h"

#include <gtest/gtest.h>

namespace countersign::session {

namespace {

std::string error_of(Result<SettingsLayer> const& layer) { return layer ? "no error" : support::to_string(layer.error()); }

TEST(Settings, names_file_and_line_of_an_unknown_key)
{
    EXPECT_TRUE(error_of(parse_settings("max_steps = 3\nmax_stepz = 4\n", "config.toml"))
                    .starts_with("invalid_params: config.toml:2: there is no setting \"max_stepz\""));
}

TEST(Settings, names_file_and_line_of_what_is_not_toml)
{
    EXPECT_TRUE(
        error_of(parse_settings("provider = \"builtin\"\nmax_steps =\n", "config.toml")).starts_with("invalid_params: config.toml:2"));
}

TEST(Settings, refuses_values_of_the_wrong_kind_and_out_of_range)
{
    EXPECT_EQ(
        error_of(parse_settings("max_steps = \"many\"", "f")), "invalid_params: f:1: max_steps must be a whole number from 1 to 1000");
    EXPECT_EQ(error_of(parse_settings("max_steps = 0", "f")), "invalid_params: f:1: max_steps must be a whole number from 1 to 1000");
    EXPECT_EQ(error_of(parse_settings("max_steps = 1001", "f")), "invalid_params: f:1: max_steps must be a whole number from 1 to 1000");
    EXPECT_EQ(error_of(parse_settings("max_steps = 1.5", "f")), "invalid_params: f:1: max_steps must be a whole number from 1 to 1000");
    EXPECT_EQ(error_of(parse_settings("provider = \"oracle\"", "f")),
        "invalid_params: f:1: provider cannot be \"oracle\"; it can be builtin, anthropic, openai, openai-responses, ollama, replay");
    EXPECT_EQ(error_of(parse_settings("[provider]\nx = 1", "f")), "invalid_params: f:1: provider must be a text");
    EXPECT_EQ(error_of(settings_from_environment({ { "COUNTERSIGN_MAX_STEPS", "99999999999999999999999" } })),
        "invalid_params: COUNTERSIGN_MAX_STEPS: max_steps must be a whole number from 1 to 1000");
}

TEST(Settings, takes_both_ends_of_a_range)
{
    EXPECT_EQ(error_of(parse_settings("max_steps = 1", "f")), "no error");
    EXPECT_EQ(error_of(parse_settings("max_steps = 1000", "f")), "no error");
}

TEST(Settings, lets_a_later_place_win)
{
    auto const file = parse_settings("max_steps = 10\nmax_tool_calls = 20", "f").value();
    auto const environment = settings_from_environment({ { "COUNTERSIGN_MAX_STEPS", "30" }, { "COUNTERSIGN_OTHER", "x" } }).value();
    SettingsLayer flags;
    ASSERT_TRUE(add_setting(flags, "max_steps", "40", "--max-steps"));
    SettingsLayer const* const layers[] = { &file, &environment, &flags };
    Settings const settings = merge(layers);
    EXPECT_EQ(settings.max_steps, 40);
    EXPECT_EQ(settings.max_tool_calls, 20);
    EXPECT_EQ(settings.max_seconds_per_run, Settings().max_seconds_per_run);
}

TEST(Settings, takes_an_editors_settings_bare_or_under_our_name)
{
    EXPECT_EQ(settings_from_editor({ { "max_steps", 7 }, { "somebody_elses", 1 } }, "editor")->values.size(), 1u);
    EXPECT_EQ(settings_from_editor({ { "countersign", { { "max_steps", 7 } } } }, "editor")->values.size(), 1u);
    EXPECT_EQ(settings_from_editor(nullptr, "editor")->values.size(), 0u);
    EXPECT_EQ(settings_from_editor({ { "countersign", nullptr } }, "editor")->values.size(), 0u);
    EXPECT_TRUE(error_of(settings_from_editor({ { "countersign", { { "max_stepz", 7 } } } }, "editor"))
                    .starts_with("invalid_params: editor: countersign.max_stepz"));
}

TEST(Settings, lets_a_repository_narrow_and_never_widen)
{
    Settings settings;
    settings.max_steps = 10;
    EXPECT_EQ(narrowed(settings, parse_settings("max_steps = 3", "r").value())->max_steps, 3);
    EXPECT_EQ(narrowed(settings, parse_settings("max_steps = 500", "r").value())->max_steps, 10);
    auto const refused = narrowed(settings, parse_settings("log_file = \"/tmp/x\"", "r").value());
    ASSERT_FALSE(refused);
    EXPECT_EQ(support::to_string(refused.error()), "denied: r:1: a repository cannot set log_file; put it into your own configuration");
}

TEST(Settings, takes_lists_in_toml_and_with_commas_elsewhere)
{
    auto const file = parse_settings("allow = [\"ctest *\", \"npm test\"]", "f").value();
    auto const environment = settings_from_environment({ { "COUNTERSIGN_DENY", "npm run deploy *, make install" } }).value();
    SettingsLayer const* const layers[] = { &file, &environment };
    Settings const settings = merge(layers);
    EXPECT_EQ(settings.allow, (std::vector<std::string> { "ctest *", "npm test" }));
    EXPECT_EQ(settings.deny, (std::vector<std::string> { "npm run deploy *", "make install" }));
    EXPECT_EQ(policy_from(settings)->allow.size(), 2u);
}

TEST(Settings, takes_a_list_in_a_variable_as_json_too_where_commas_may_be_in_it)
{
    SettingsLayer layer;
    ASSERT_TRUE(add_setting(layer, "deny", " [\"ls *, x\", \"rm *\"]", "COUNTERSIGN_DENY"));
    SettingsLayer const* const layers[] = { &layer };
    EXPECT_EQ(merge(layers).deny, (std::vector<std::string> { "ls *, x", "rm *" }));
    EXPECT_FALSE(add_setting(layer, "deny", "[\"ls *\"", "COUNTERSIGN_DENY")) << "half a list is none";
    EXPECT_FALSE(add_setting(layer, "deny", "[1]", "COUNTERSIGN_DENY"));
}

TEST(Settings, refuses_lists_that_name_no_command)
{
    EXPECT_EQ(error_of(parse_settings("allow = \"ctest\"", "f")), "invalid_params: f:1: allow must be a list of texts");
    EXPECT_EQ(error_of(parse_settings("allow = [1]", "f")), "invalid_params: f:1: allow must be a list of texts");
    EXPECT_TRUE(
        error_of(parse_settings("allow = [\"*\"]", "f")).starts_with("invalid_params: f:1: allow: the command pattern \"*\" begins"));
    EXPECT_TRUE(error_of(parse_settings("level = \"all\"", "f")).starts_with("invalid_params: f:1: level cannot be \"all\""));
}

TEST(Settings, lets_a_repository_forbid_commands_and_nothing_else_about_them)
{
    Settings settings;
    settings.deny = { "make install" };
    EXPECT_EQ(narrowed(settings, parse_settings("deny = [\"npm *\"]", "r").value())->deny,
        (std::vector<std::string> { "make install", "npm *" }));
    EXPECT_EQ(narrowed(settings, parse_settings("allow = [\"npm *\"]", "r").value()).error().code, ErrorCode::denied);
    EXPECT_EQ(narrowed(settings, parse_settings("level = \"connected\"", "r").value()).error().code, ErrorCode::denied);
}

TEST(Settings, lets_an_editor_lower_the_level_and_forbid_commands_and_no_more)
{
    Settings human;
    human.deny = { "a" };
    Settings settings = human;
    settings.level = "verify";
    settings.allow = { "b" };
    settings.deny = { "c" };
    std::string const ignored = keep_human_scope(settings, human);
    EXPECT_NE(ignored.find("cannot raise the level to verify"), std::string::npos);
    EXPECT_NE(ignored.find("cannot allow commands"), std::string::npos);
    EXPECT_EQ(settings.level, "propose");
    EXPECT_TRUE(settings.allow.empty());
    EXPECT_EQ(settings.deny, (std::vector<std::string> { "c", "a" }));
    settings.level = "0";
    EXPECT_EQ(keep_human_scope(settings, human), "");
    EXPECT_EQ(settings.level, "0");
}

TEST(Settings, has_each_name_once_and_a_meaning_for_each)
{
    std::map<std::string_view, int> seen;
    for (Setting const& setting : settings_table()) {
        EXPECT_EQ(++seen[setting.name], 1) << setting.name;
        EXPECT_FALSE(setting.meaning.empty()) << setting.name;
        int const kinds = (setting.text != nullptr) + (setting.number != nullptr) + (setting.list != nullptr) + (setting.decimal != nullptr)
            + (setting.flag != nullptr);
        EXPECT_EQ(kinds, 1) << setting.name;
    }
}

TEST(Settings, takes_decimals_and_switches_as_toml_and_as_text)
{
    auto const file = parse_settings("max_cost_per_run = 0.5\nmax_cost_per_day = 3\nallow_http = true", "f");
    ASSERT_TRUE(file) << file.error().message;
    SettingsLayer flags;
    ASSERT_TRUE(add_setting(flags, "max_cost_per_run", "0.25", "--max-cost-per-run"));
    SettingsLayer const* const layers[] = { &*file, &flags };
    Settings const settings = merge(layers);
    EXPECT_EQ(settings.max_cost_per_run, 0.25);
    EXPECT_EQ(settings.max_cost_per_day, 3);
    EXPECT_TRUE(settings.allow_http);
    EXPECT_EQ(
        error_of(parse_settings("max_cost_per_run = -1", "f")), "invalid_params: f:1: max_cost_per_run must be a number from 0 to 1000000");
    EXPECT_EQ(error_of(parse_settings("max_cost_per_run = nan", "f")),
        "invalid_params: f:1: max_cost_per_run must be a number from 0 to 1000000");
    EXPECT_EQ(error_of(parse_settings("allow_http = 1", "f")), "invalid_params: f:1: allow_http must be true or false");
}

TEST(Settings, a_repository_lowers_limits_of_money_and_sets_no_address)
{
    Settings person;
    person.max_cost_per_run = 2;
    EXPECT_EQ(narrowed(person, *parse_settings("max_cost_per_run = 1", "r"))->max_cost_per_run, 1);
    EXPECT_EQ(narrowed(person, *parse_settings("max_cost_per_run = 3", "r"))->max_cost_per_run, 2);
    EXPECT_EQ(narrowed(Settings {}, *parse_settings("max_tokens_per_run = 5000", "r"))->max_tokens_per_run, 5000) << "none becomes one";
    for (char const* line : { "base_url = \"http://127.0.0.1:1/\"", "api_key_command = \"true\"", "provider = \"openai\"", "model = \"m\"",
             "fallback = \"m\"", "ca_file = \"x\"", "allow_http = true", "recording = \"x\"" })
        EXPECT_EQ(narrowed(person, *parse_settings(line, "r")).error().code, ErrorCode::denied) << line;
}

TEST(Settings, an_editor_sets_no_address_away_from_this_machine_and_no_command)
{
    auto const from_editor = [](Json value) { return error_of(settings_from_editor({ { "countersign", std::move(value) } }, "editor")); };
    for (char const* url : { "http://127.0.0.1:8080/v1", "http://localhost/v1", "http://[::1]:1" })
        EXPECT_EQ(from_editor({ { "base_url", url } }), "no error") << url;
    for (char const* url : { "https://evil.example/v1", "http://127.0.0.1.evil.example/", "http://localhost.evil.example",
             "http://127.0.0.1@evil.example/", "http://127.0.0.1:1@evil.example/", "http://localhost:80:x@evil.example" })
        EXPECT_TRUE(from_editor({ { "base_url", url } }).starts_with("denied: ")) << url;
    for (char const* name : { "api_key_command", "ca_file", "fallback", "price_file", "recording" })
        EXPECT_TRUE(from_editor({ { name, "x" } }).starts_with("denied: ")) << name;
    EXPECT_TRUE(from_editor({ { "allow_http", true } }).starts_with("denied: "));
    EXPECT_EQ(from_editor({ { "model", "m" }, { "provider", "openai" } }), "no error");
}

}

}
