#include "cli/provider.h"

#include "builtin/builtin.h"
#include "model/api_key.h"
#include "model/curl_http.h"
#include "model/retrying.h"

#include <algorithm>
#include <fmt/core.h>
#include <mutex>
#include <set>

namespace countersign::cli {

namespace {

using Environment = std::map<std::string, std::string>;

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

/// The providers of one process.
class Providers {
public:
    Providers(Environment environment, support::Clock const& clock) : environment_(std::move(environment)), clock_(clock) { }

    Result<std::unique_ptr<model::Provider>> make(session::ProviderOrder const& order)
    {
        session::Settings const& settings = order.settings;
        model::Api const* const api = order.mechanical ? nullptr : model::find_api(settings.provider);
        if (api == nullptr)
            return builtin::make_provider();
        model::ClientSetup setup;
        setup.api = api;
        setup.base = TRY(address_of(*api, settings.base_url, environment_, settings.allow_http));
        setup.model = settings.model.empty() ? std::string(api->default_model) : settings.model;
        setup.key = TRY(key(*api, settings, setup.base, order.stop));
        setup.timeouts = { std::chrono::seconds(settings.connect_timeout), std::chrono::seconds(settings.first_byte_timeout),
            std::chrono::seconds(settings.idle_timeout) };
        setup.context_tokens = static_cast<std::uint32_t>(settings.context_tokens);
        setup.max_output_tokens = static_cast<std::uint32_t>(settings.max_output_tokens);
        std::vector<model::ApiClient> route;
        route.emplace_back(std::move(setup), http(settings.ca_file), clock_);
        return model::make_routed_provider(std::move(route), {}, model::real_patience(clock_));
    }

private:
    model::Http& http(std::string const& ca_file)
    {
        std::lock_guard const lock(mutex_);
        auto& http = http_[ca_file];
        if (!http)
            http = std::make_unique<model::CurlHttp>(model::CurlSetup { ca_file, "countersign/" COUNTERSIGN_VERSION });
        return *http;
    }

    Result<std::string> key(model::Api const& api, session::Settings const& settings, model::BaseUrl const& base, std::stop_token stop)
    {
        std::lock_guard const lock(keys_mutex_);
        auto const known = keys_.find({ std::string(api.name), settings.api_key_command });
        if (known != keys_.end())
            return known->second;
        bool const needs_key = !api.key_variable.empty() && !base.is_loopback;
        model::KeySource const source { environment_, settings.api_key_command, true };
        std::string key = TRY(model::find_key(api, source, needs_key, std::move(stop)));
        keys_[{ std::string(api.name), settings.api_key_command }] = key;
        return key;
    }

    Environment environment_;
    support::Clock const& clock_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<model::CurlHttp>> http_; ///< by certificate file
    std::mutex keys_mutex_;                                        ///< held while a command runs, so that it asks once
    std::map<std::pair<std::string, std::string>, std::string> keys_;
};

}

session::MakeProvider provider_maker(Environment environment, std::filesystem::path, support::Clock const& clock)
{
    auto providers = std::make_shared<Providers>(std::move(environment), clock);
    return [providers](session::ProviderOrder const& order) { return providers->make(order); };
}

Result<model::BaseUrl> provider_address(session::Settings const& settings, Environment const& environment)
{
    model::Api const* const api = model::find_api(settings.provider);
    if (api == nullptr)
        return fail(ErrorCode::invalid_params, fmt::format("the provider {} asks nobody", settings.provider));
    return address_of(*api, settings.base_url, environment, settings.allow_http);
}

std::vector<std::uint16_t> provider_ports(session::Settings const& settings, Environment const& environment)
{
    std::set<std::uint16_t> ports;
    auto const base = provider_address(settings, environment);
    if (!base)
        return {};
    ports.insert(base->port);
    if (!base->is_loopback) {
        for (char const* name : { "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY" }) {
            std::string proxy = variable(environment, name);
            if (proxy.empty())
                continue;
            // A proxy's address may hold a user, and may do without a scheme.
            if (std::size_t const at = proxy.rfind('@'); at != std::string::npos)
                proxy = "http://" + proxy.substr(at + 1);
            if (std::size_t const scheme = proxy.find("://"); scheme != std::string::npos)
                proxy = "http://" + proxy.substr(scheme + 3);
            else
                proxy = "http://" + proxy;
            constexpr std::uint16_t default_proxy_port = 1080; // curl's
            auto const parsed = model::parse_base_url(proxy);
            bool const names_port = parsed && parsed->text.rfind(':') > proxy.find("://") + 3;
            if (parsed)
                ports.insert(names_port ? parsed->port : default_proxy_port);
        }
    }
    return { ports.begin(), ports.end() };
}

}
