#include "session/settings.h"

#include "sandbox/egress.h"
#include "support/files.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <toml++/toml.h>

namespace countersign::session {

namespace {

std::string known_names()
{
    auto const table = settings_table();
    std::vector<std::string> names(table.size());
    std::transform(table.begin(), table.end(), names.begin(), [](Setting const& setting) { return std::string(setting.name); });
    return support::join(names, ", ");
}

Result<> check_entry(Setting const& setting, std::string const& text)
{
    if (setting.is_paths && !text.starts_with('/'))
        return fail(ErrorCode::invalid_params, fmt::format("{} must be an absolute path", support::dump_json(text)));
    if (setting.is_paths)
        return {};
    if (setting.list == &Settings::allow_hosts)
        return sandbox::parse_allowed_host(text).map([](std::string const&) {});
    return sandbox::CommandPattern::parse(text).map([](sandbox::CommandPattern const&) {});
}

Result<> check_list(Setting const& setting, Json const& value, std::string const& origin)
{
    bool const is_list = value.is_array() && std::all_of(value.begin(), value.end(), [](Json const& each) { return each.is_string(); });
    if (!is_list)
        return fail(ErrorCode::invalid_params, fmt::format("{}: {} must be a list of texts", origin, setting.name));
    for (Json const& each : value) {
        if (auto const checked = check_entry(setting, each.get<std::string>()); !checked)
            return fail(ErrorCode::invalid_params, fmt::format("{}: {}: {}", origin, setting.name, checked.error().message));
    }
    return {};
}

Result<> check(Setting const& setting, Json const& value, std::string const& origin)
{
    if (setting.list != nullptr)
        return check_list(setting, value, origin);
    if (setting.text != nullptr) {
        if (!value.is_string())
            return fail(ErrorCode::invalid_params, fmt::format("{}: {} must be a text", origin, setting.name));
        auto const text = value.get<std::string>();
        if (!setting.choices.empty() && std::find(setting.choices.begin(), setting.choices.end(), text) == setting.choices.end()) {
            std::vector<std::string> const choices(setting.choices.begin(), setting.choices.end());
            return fail(ErrorCode::invalid_params,
                fmt::format("{}: {} cannot be \"{}\"; it can be {}", origin, setting.name, text, support::join(choices, ", ")));
        }
        return {};
    }
    if (setting.flag != nullptr) {
        if (!value.is_boolean())
            return fail(ErrorCode::invalid_params, fmt::format("{}: {} must be true or false", origin, setting.name));
        return {};
    }
    if (setting.decimal != nullptr) {
        if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= unlimited_cost))
            return fail(
                ErrorCode::invalid_params, fmt::format("{}: {} must be a number from 0 to {}", origin, setting.name, unlimited_cost));
        return {};
    }
    bool const in_range = value.is_number_integer() && value >= Json(setting.least) && value <= Json(setting.most);
    if (!in_range) {
        return fail(ErrorCode::invalid_params,
            fmt::format("{}: {} must be a whole number from {} to {}", origin, setting.name, setting.least, setting.most));
    }
    return {};
}

void assign(Settings& settings, Setting const& setting, Json const& value)
{
    if (setting.list != nullptr)
        settings.*setting.list = value.get<std::vector<std::string>>();
    else if (setting.text != nullptr)
        settings.*setting.text = value.get<std::string>();
    else if (setting.decimal != nullptr)
        settings.*setting.decimal = value.get<double>();
    else if (setting.flag != nullptr)
        settings.*setting.flag = value.get<bool>();
    else
        settings.*setting.number = value.get<std::int64_t>();
}

Result<> add(SettingsLayer& layer, std::string const& name, Json value, std::string origin)
{
    Setting const* const setting = find_setting(name);
    if (setting == nullptr)
        return fail(ErrorCode::invalid_params, fmt::format("{}: there is no setting \"{}\"; there are: {}", origin, name, known_names()));
    TRY(check(*setting, value, origin));
    layer.values[name] = { std::move(value), std::move(origin) };
    return {};
}

Json to_json(toml::node const& node)
{
    if (auto const* text = node.as_string())
        return text->get();
    if (auto const* number = node.as_integer())
        return number->get();
    if (auto const* number = node.as_floating_point())
        return number->get();
    if (auto const* boolean = node.as_boolean())
        return boolean->get();
    if (auto const* array = node.as_array()) {
        Json list = Json::array();
        for (toml::node const& each : *array)
            list.push_back(to_json(each));
        return list;
    }
    return nullptr;
}

}

Result<SettingsLayer> parse_settings(std::string_view toml, std::string const& name)
{
    toml::table parsed;
    try {
        parsed = toml::parse(toml);
    } catch (toml::parse_error const& error) {
        return fail(ErrorCode::invalid_params, fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
    }
    SettingsLayer layer;
    for (auto&& [key, node] : parsed)
        TRY(add(layer, std::string(key.str()), to_json(node), fmt::format("{}:{}", name, key.source().begin.line)));
    return layer;
}

Result<SettingsLayer> read_settings_file(std::filesystem::path const& path)
{
    auto const text = support::read_file(path, 1024 * 1024);
    if (!text && text.error().code == ErrorCode::not_found)
        return SettingsLayer {};
    if (!text)
        return tl::unexpected(text.error());
    SettingsLayer layer = TRY(parse_settings(*text, path.string()));
    layer.file = path;
    return layer;
}

Result<> add_setting(SettingsLayer& layer, std::string const& name, std::string const& text, std::string origin)
{
    Setting const* const setting = find_setting(name);
    Json value = text;
    if (setting != nullptr && setting->text == nullptr && setting->list == nullptr) {
        auto parsed = support::parse_json(text);
        value = parsed ? std::move(*parsed) : Json(nullptr);
    } else if (setting != nullptr && setting->list != nullptr && support::trim(text).starts_with('[')) {
        auto parsed = support::parse_json(text);
        value = parsed ? std::move(*parsed) : Json(nullptr);
    } else if (setting != nullptr && setting->list != nullptr) {
        // Where there is room for one text only, commas separate; what begins with a bracket is JSON.
        value = Json::array();
        for (std::string_view rest = text; !rest.empty();) {
            std::string_view const each = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(each.size() + 1, rest.size()));
            if (!support::trim(each).empty())
                value.push_back(std::string(support::trim(each)));
        }
    }
    return add(layer, name, std::move(value), std::move(origin));
}

Result<SettingsLayer> settings_from_environment(std::map<std::string, std::string> const& environment)
{
    SettingsLayer layer;
    for (Setting const& setting : settings_table()) {
        std::string variable = "COUNTERSIGN_";
        for (char const c : setting.name)
            variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        auto const found = environment.find(variable);
        if (found != environment.end())
            TRY(add_setting(layer, std::string(setting.name), found->second, variable));
    }
    return layer;
}

namespace {

bool is_on_this_machine(Json const& value)
{
    if (!value.is_string())
        return false;
    auto const& url = value.get_ref<std::string const&>();
    for (std::string_view const begin : { "http://127.0.0.1", "http://localhost", "http://[::1]" }) {
        if (url.starts_with(begin) && (url.size() == begin.size() || url[begin.size()] == ':' || url[begin.size()] == '/'))
            return url.find('@') == std::string::npos;
    }
    return false;
}

/// An editor may have read its settings from a folder that somebody else made: those must not send the person's code and key elsewhere,
/// and run no command.
Result<> check_editors(std::string const& name, Json const& value, std::string const& origin)
{
    Setting const* const setting = find_setting(name);
    if (setting == nullptr || !setting->is_persons_own || (name == "base_url" && is_on_this_machine(value)))
        return {};
    return fail(ErrorCode::denied,
        fmt::format(
            "{}: countersign.{} is not taken from an editor, since a repository may set it there; put it into your own configuration "
            "(config.toml) or the environment",
            origin, name));
}

}

Result<SettingsLayer> settings_from_editor(Json const& value, std::string const& origin)
{
    SettingsLayer layer;
    if (!value.is_object())
        return layer;
    bool const wrapped = value.contains("countersign");
    Json const& own = wrapped ? value.at("countersign") : value;
    if (!own.is_object())
        return layer;
    for (auto const& [name, setting] : own.items()) {
        // Editors hand over options of their own beside ours; only what stands under our name must be known.
        if (find_setting(name) == nullptr && !wrapped)
            continue;
        TRY(check_editors(name, setting, origin));
        TRY(add(layer, name, setting, fmt::format("{}: countersign.{}", origin, name)));
    }
    return layer;
}

Settings merge(std::span<SettingsLayer const* const> layers)
{
    Settings settings;
    for (SettingsLayer const* layer : layers) {
        if (!layer->file.empty())
            settings.file = layer->file;
        for (auto const& [name, value] : layer->values)
            assign(settings, *find_setting(name), value.value);
    }
    return settings;
}

std::string keep_human_scope(Settings& settings, Settings const& human)
{
    std::string ignored;
    auto const wanted = sandbox::level_from(settings.level), most = sandbox::level_from(human.level);
    if (wanted && most && *wanted > *most) {
        ignored = fmt::format("an editor's settings cannot raise the level to {}; write level = \"{}\" into your own config.toml",
            sandbox::to_string(*wanted), sandbox::to_string(*wanted));
        settings.level = human.level;
    }
    if (settings.allow != human.allow) {
        ignored +=
            fmt::format("{}an editor's settings cannot allow commands; write them into your own config.toml", ignored.empty() ? "" : "; ");
        settings.allow = human.allow;
    }
    for (std::string const& denied : human.deny) {
        if (std::find(settings.deny.begin(), settings.deny.end(), denied) == settings.deny.end())
            settings.deny.push_back(denied);
    }
    return ignored;
}

Result<sandbox::Policy> policy_from(Settings const& settings)
{
    sandbox::Policy policy;
    policy.level = TRY(sandbox::level_from(settings.level));
    for (std::string const& text : settings.allow)
        policy.allow.push_back(TRY(sandbox::CommandPattern::parse(text)));
    for (std::string const& text : settings.deny)
        policy.deny.push_back(TRY(sandbox::CommandPattern::parse(text)));
    if (policy.level == sandbox::Level::connected) {
        for (std::string const& text : settings.allow_hosts)
            policy.hosts.push_back(TRY(sandbox::parse_allowed_host(text)));
    }
    return policy;
}

Result<Settings> narrowed(Settings settings, SettingsLayer const& repository)
{
    for (auto const& [name, value] : repository.values) {
        Setting const& setting = *find_setting(name);
        if (!setting.can_narrow) {
            return fail(
                ErrorCode::denied, fmt::format("{}: a repository cannot set {}; put it into your own configuration", value.origin, name));
        }
        if (setting.list != nullptr) {
            auto const more = value.value.get<std::vector<std::string>>();
            (settings.*setting.list).insert((settings.*setting.list).end(), more.begin(), more.end());
        } else if (setting.decimal != nullptr) {
            settings.*setting.decimal = std::min(settings.*setting.decimal, value.value.get<double>());
        } else {
            settings.*setting.number = std::min(settings.*setting.number, value.value.get<std::int64_t>());
        }
    }
    return settings;
}

}
