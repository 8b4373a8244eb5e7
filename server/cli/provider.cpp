#include "cli/provider.h"

#include "builtin/builtin.h"
#include "model/api_key.h"
#include "model/curl_http.h"
#include "model/fence.h"
#include "model/http_recording.h"
#include "model/routed_provider.h"
#include "model/text_calls.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <mutex>
#include <set>

namespace countersign::cli {

namespace {

using Environment = std::map<std::string, std::string>;
using session::Settings;

std::string variable(Environment const& environment, std::string_view name)
{
    auto const found = environment.find(std::string(name));
    return found == environment.end() ? std::string() : found->second;
}

Result<model::BaseUrl> address_of(model::Api const& api, std::string const& given, Environment const& environment, bool allow_http)
{
    std::string text = given;
    if (text.empty() && !api.base_url_variable.empty())
        text = variable(environment, api.base_url_variable);
    if (text.empty())
        text = api.default_base_url;
    model::BaseUrl base = TRY(model::parse_base_url(text));
    if (!base.is_https && !base.is_loopback && !allow_http) {
        return fail(ErrorCode::invalid_params,
            fmt::format("{} is not encrypted: your code and key could be read on the way; use https, or set allow_http", base.text));
    }
    return base;
}

/// One model of a route, as it is written: "[PROVIDER] MODEL [BASE_URL]".
struct Named {
    model::Api const* api = nullptr;
    std::string model;
    std::string base_url; ///< empty: the provider's own
};

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    for (text = support::trim(text); !text.empty(); text = support::trim(text)) {
        std::string_view const word = text.substr(0, text.find_first_of(" \t"));
        words.emplace_back(word);
        text.remove_prefix(word.size());
    }
    return words;
}

Result<Named> parse_named(std::string_view text, model::Api const& usual, std::string_view setting)
{
    std::vector<std::string> words = words_of(text);
    Named named { &usual, {}, {} };
    if (words.size() > 1) {
        if (model::Api const* const api = model::find_api(words.front())) {
            named.api = api;
            words.erase(words.begin());
        }
    }
    if (words.size() > 1 && words.back().find("://") != std::string::npos) {
        named.base_url = words.back();
        words.pop_back();
    }
    if (words.size() != 1 || words.front().find("://") != std::string::npos) {
        return fail(ErrorCode::invalid_params,
            fmt::format("{}: \"{}\" is not \"[PROVIDER] MODEL [BASE_URL]\", as in \"ollama qwen3:8b\"", setting, support::trim(text)));
    }
    named.model = words.front();
    return named;
}

std::string const& model_for(Settings const& settings, std::string_view action)
{
    static std::string const none;
    std::pair<std::string_view, std::string const&> const models[] = { { "explain", settings.model_explain },
        { "refactor", settings.model_refactor }, { "add_tests", settings.model_add_tests }, { "fix", settings.model_fix },
        { "ask", settings.model_ask } };
    for (auto const& [name, model] : models) {
        if (name == action)
            return model;
    }
    return none;
}

/// The models of a run, in the order in which they are asked.
Result<std::vector<Named>> route_of(Settings const& settings, model::Api const& api, std::string_view action)
{
    std::vector<Named> route;
    Named first { &api, settings.model.empty() ? std::string(api.default_model) : settings.model, {} };
    if (std::string const& own = model_for(settings, action); !own.empty()) {
        first = TRY(parse_named(own, api, fmt::format("model_{}", action)));
        // An editor may have this from a repository, which must not say where code and keys go.
        if (!first.base_url.empty())
            return fail(ErrorCode::invalid_params, fmt::format("model_{} cannot name an address; base_url and fallback can", action));
    }
    if (first.api == &api)
        first.base_url = settings.base_url;
    route.push_back(std::move(first));
    std::string_view rest = settings.fallback;
    while (!support::trim(rest).empty()) {
        std::string_view const entry = rest.substr(0, rest.find(','));
        route.push_back(TRY(parse_named(entry, api, "fallback")));
        if (route.back().api == &api && route.back().base_url.empty())
            route.back().base_url = settings.base_url;
        rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    }
    return route;
}

/// The models of a recorded run; `first` as the settings have it, for a recording that does not say which model it was.
Result<std::vector<Named>> replayed(Named first, std::vector<model::RecordedStop> const& recorded)
{
    std::vector<Named> route;
    for (model::RecordedStop const& stop : recorded) {
        Named named = route.empty() ? first : Named {};
        named.api = model::find_api(stop.provider);
        if (named.api == nullptr)
            return fail(ErrorCode::invalid_params, fmt::format("there is no provider \"{}\", which the recording names", stop.provider));
        if (!stop.model.empty())
            named.model = stop.model;
        route.push_back(std::move(named));
    }
    return route;
}

/// A limit of no dollars at all is the least that can be said: a millionth.
std::int64_t microdollars(double dollars)
{
    return dollars >= session::unlimited_cost ? 0 : std::max<std::int64_t>(1, static_cast<std::int64_t>(dollars * 1e6));
}

std::int64_t limit_or_none(std::int64_t limit) { return limit >= session::unlimited ? 0 : limit; }

std::chrono::seconds seconds_or_none(std::int64_t limit) { return std::chrono::seconds(limit_or_none(limit)); }

std::vector<ledger::SpendLimit> limits_of(Settings const& settings)
{
    using ledger::SpendScope;
    ledger::SpendLimit const all[] = {
        { SpendScope::run, limit_or_none(settings.max_tokens_per_run), microdollars(settings.max_cost_per_run),
            limit_or_none(settings.max_requests_per_run), {} },
        { SpendScope::day, limit_or_none(settings.max_tokens_per_day), microdollars(settings.max_cost_per_day),
            limit_or_none(settings.max_requests_per_day), seconds_or_none(settings.max_seconds_per_day) },
        { SpendScope::workspace, limit_or_none(settings.max_tokens_per_workspace), microdollars(settings.max_cost_per_workspace),
            limit_or_none(settings.max_requests_per_workspace), seconds_or_none(settings.max_seconds_per_workspace) },
    };
    std::vector<ledger::SpendLimit> limits;
    std::copy_if(std::begin(all), std::end(all), std::back_inserter(limits),
        [](ledger::SpendLimit const& limit) { return limit != ledger::SpendLimit { limit.scope }; });
    return limits;
}

/// The providers of one process.
class Providers {
public:
    Providers(ProviderSources sources, std::filesystem::path state_directory, support::Clock const& clock)
        : environment_(std::move(sources.environment))
        , started_command_(std::move(sources.api_key_command))
        , state_directory_(std::move(state_directory))
        , clock_(clock)
    {
        // What goes wrong is told to the run that wants the key, which starts the command itself then.
        if (auto started = started_command_.empty() ? nullptr : model::KeyCommand::start(started_command_).value_or(nullptr))
            started_ = std::move(started);
    }

    Result<std::unique_ptr<model::Provider>> make(session::ProviderOrder const& order)
    {
        Settings const& settings = order.settings;
        if (order.mechanical || settings.provider == "builtin")
            return builtin::make_provider();
        bool const is_replay = settings.provider == "replay";
        std::filesystem::path played;
        std::vector<model::RecordedStop> recorded;
        if (is_replay) {
            played = TRY(model::recorded_run(settings.recording));
            recorded = TRY(model::recorded_route(played));
        }
        std::string const name = is_replay ? recorded.front().provider : settings.provider;
        model::Api const* const api = model::find_api(name);
        if (api == nullptr)
            return fail(ErrorCode::invalid_params, fmt::format("there is no provider \"{}\"", name));
        model::Route route;
        route.patience = model::real_patience(clock_);
        std::vector<Named> named = TRY(route_of(settings, *api, order.action));
        if (is_replay)
            named = TRY(replayed(std::move(named.front()), recorded));
        std::optional<model::Recording> recording;
        if (!is_replay && !settings.recording.empty())
            recording.emplace(settings.recording, order.run);
        for (std::size_t i = 0; i < named.size(); ++i) {
            std::unique_ptr<model::Http> own;
            if (is_replay)
                own = model::make_playing_http(played, recorded[i].place);
            else if (recording)
                own = recording->make_http(network(settings), { std::string(named[i].api->name), named[i].model, static_cast<int>(i) + 1 });
            model::Http& http = own ? *route.recordings.emplace_back(std::move(own)) : network(settings);
            route.stops.push_back(TRY(stop_for(named[i], *api, order, http)));
        }
        if (settings.response_cache_hours > 0 && !is_replay) {
            route.cache = TRY(cache());
            route.cache_age = std::chrono::hours(settings.response_cache_hours);
        }
        if (!is_replay)
            route.meter.emplace(
                model::MeterSetup { TRY(spend()), { order.run, order.workspace }, limits_of(settings), TRY(prices(settings.price_file)) },
                clock_);
        model::Fence fence = TRY(model::Fence::open(state_directory_));
        auto provider = model::make_routed_provider(std::move(route));
        return settings.tool_calls == "text" ? model::make_text_call_provider(std::move(provider), std::move(fence))
                                             : model::make_fenced_provider(std::move(provider), std::move(fence));
    }

private:
    Result<model::Stop> stop_for(Named const& named, model::Api const& primary, session::ProviderOrder const& order, model::Http& http)
    {
        Settings const& settings = order.settings;
        model::ClientSetup setup;
        setup.api = named.api;
        setup.base = TRY(address_of(*named.api, named.base_url, environment_, settings.allow_http));
        setup.model = named.model;
        bool const is_replay = settings.provider == "replay";
        bool const is_primary = named.api == &primary && named.base_url == settings.base_url;
        // An address that only the fallback names gets no key: which one it should be, nobody said.
        if (!is_replay && (is_primary || named.base_url.empty()))
            setup.key = TRY(key(*named.api, settings, setup.base, is_primary, order.stop));
        setup.timeouts = { std::chrono::seconds(settings.connect_timeout), std::chrono::seconds(settings.first_byte_timeout),
            std::chrono::seconds(settings.idle_timeout) };
        setup.context_tokens = static_cast<std::uint32_t>(settings.context_tokens);
        setup.window_tokens = TRY(window_of(setup, named, settings));
        setup.max_output_tokens = static_cast<std::uint32_t>(settings.max_output_tokens);
        setup.is_free =
            is_replay || (named.api == &model::ollama_api && setup.base.is_loopback && named.model.find("cloud") == std::string::npos);
        model::RateLimits const limits { settings.requests_per_minute, settings.tokens_per_minute };
        model::RateWindow& window = rate(setup.base.text);
        return model::Stop { model::ApiClient(std::move(setup), http, clock_), &window, limits };
    }

    /// A server on this machine holds what it was set up for; of the others the price file knows, or the API's usual size is taken.
    Result<std::uint32_t> window_of(model::ClientSetup const& setup, Named const& named, Settings const& settings)
    {
        if (named.api == &model::ollama_api || setup.base.is_loopback)
            return setup.context_tokens;
        auto const price = TRY(prices(settings.price_file))->find(named.api->name, named.model);
        return price && price->context_tokens > 0 ? price->context_tokens : named.api->usual_context;
    }

    model::Http& network(Settings const& settings)
    {
        std::lock_guard const lock(mutex_);
        auto& http = http_[settings.ca_file];
        if (!http)
            http = std::make_unique<model::CurlHttp>(model::CurlSetup { settings.ca_file, "countersign/" COUNTERSIGN_VERSION });
        return *http;
    }

    model::RateWindow& rate(std::string const& base)
    {
        std::lock_guard const lock(mutex_);
        return rates_[base];
    }

    Result<ledger::Spend*> spend()
    {
        std::lock_guard const lock(mutex_);
        if (!spend_)
            spend_ = TRY(ledger::Spend::open(state_directory_, clock_));
        return spend_.get();
    }

    Result<model::Prices const*> prices(std::string const& file)
    {
        std::lock_guard const lock(mutex_);
        auto const known = prices_.find(file);
        if (known != prices_.end())
            return &known->second;
        model::Prices read = file.empty() ? model::Prices() : TRY(model::Prices::read(file));
        return &prices_.emplace(file, std::move(read)).first->second;
    }

    Result<model::ResponseCache*> cache()
    {
        std::lock_guard const lock(mutex_);
        if (!cache_)
            cache_ = TRY(model::ResponseCache::open(state_directory_, clock_));
        return cache_.get();
    }

    Result<std::string> key(
        model::Api const& api, Settings const& settings, model::BaseUrl const& base, bool is_primary, std::stop_token stop)
    {
        std::lock_guard const lock(keys_mutex_);
        std::string const name = fmt::format("{}\n{}\n{}", api.name, is_primary, settings.api_key_command);
        if (auto const known = keys_.find(name); known != keys_.end())
            return known->second;
        bool const needs_key = !api.key_variable.empty() && !base.is_loopback;
        model::KeyCommand* const started = settings.api_key_command == started_command_ ? started_.get() : nullptr;
        model::KeySource const source { environment_, settings.api_key_command, is_primary, started };
        std::string found = TRY(model::find_key(api, source, needs_key, std::move(stop)));
        keys_[name] = found;
        return found;
    }

    Environment environment_;
    std::string started_command_;
    std::shared_ptr<model::KeyCommand> started_;
    std::filesystem::path state_directory_;
    support::Clock const& clock_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<model::CurlHttp>> http_; ///< by certificate file
    std::map<std::string, model::RateWindow> rates_;               ///< by address
    std::map<std::string, model::Prices> prices_;                  ///< by file
    std::unique_ptr<ledger::Spend> spend_;
    std::unique_ptr<model::ResponseCache> cache_;
    std::mutex keys_mutex_; ///< held while a command runs, so that it asks once
    std::map<std::string, std::string> keys_;
};

/// A proxy's address may hold a user, and may do without a scheme and a port, which is 1080 then (curl's own).
std::optional<std::uint16_t> proxy_port(std::string text)
{
    constexpr std::uint16_t usual = 1080;
    if (std::size_t const scheme = text.find("://"); scheme != std::string::npos)
        text.erase(0, scheme + 3);
    if (std::size_t const at = text.rfind('@'); at != std::string::npos)
        text.erase(0, at + 1);
    std::string const authority = text.substr(0, text.find('/'));
    auto const parsed = model::parse_base_url("http://" + authority);
    if (!parsed)
        return std::nullopt;
    return authority.find(':', authority.rfind(']') == std::string::npos ? 0 : authority.rfind(']')) == std::string::npos ? usual
                                                                                                                          : parsed->port;
}

}

session::MakeProvider provider_maker(ProviderSources sources, std::filesystem::path state_directory, support::Clock const& clock)
{
    auto providers = std::make_shared<Providers>(std::move(sources), std::move(state_directory), clock);
    return [providers](session::ProviderOrder const& order) { return providers->make(order); };
}

std::vector<std::uint16_t> provider_ports(Settings const& settings, Environment const& environment)
{
    std::set<std::uint16_t> ports { 443, 1234, 8000, 8080, 11434 };
    bool leaves_machine = false;
    auto const add = [&](Named const& named) {
        // What is no address is told when a run wants it.
        if (auto const base = address_of(*named.api, named.base_url, environment, settings.allow_http)) {
            ports.insert(base->port);
            leaves_machine = leaves_machine || !base->is_loopback;
        }
    };
    for (model::Api const* api : model::apis()) {
        add({ api, {}, settings.base_url });
        if (auto const route = route_of(settings, *api, {}))
            std::for_each(route->begin(), route->end(), add);
    }
    for (char const* name : { "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY" }) {
        std::string const proxy = variable(environment, name);
        if (auto const port = proxy.empty() || !leaves_machine ? std::nullopt : proxy_port(proxy))
            ports.insert(*port);
    }
    return { ports.begin(), ports.end() };
}

}
