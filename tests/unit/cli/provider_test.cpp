#include "cli/provider.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace countersign::cli {
namespace {

bool has_port(session::Settings const& settings, std::map<std::string, std::string> const& environment, std::uint16_t port)
{
    auto const ports = provider_ports(settings, environment);
    return std::is_sorted(ports.begin(), ports.end()) && std::find(ports.begin(), ports.end(), port) != ports.end();
}

TEST(ProviderPorts, are_those_of_every_address_that_may_be_asked)
{
    session::Settings settings;
    EXPECT_TRUE(has_port(settings, {}, 443));
    EXPECT_TRUE(has_port(settings, {}, 11434));
    EXPECT_FALSE(has_port(settings, {}, 80));
    settings.provider = "openai";
    settings.base_url = "http://[::1]:9001/v1";
    settings.fallback = "ollama qwen3 http://127.0.0.1:9002";
    EXPECT_TRUE(has_port(settings, {}, 9001));
    EXPECT_TRUE(has_port(settings, {}, 9002));
    settings.base_url = "https://llm.example:8443/v1";
    EXPECT_TRUE(has_port(settings, {}, 8443));
    settings.base_url.clear();
    EXPECT_TRUE(has_port(settings, { { "ANTHROPIC_BASE_URL", "https://gateway.example:9443" } }, 9443));
    settings.base_url = "not an address";
    EXPECT_TRUE(has_port(settings, {}, 443)) << "what is wrong is told when a run wants it";
}

TEST(ProviderPorts, hold_proxies_only_if_something_leaves_the_machine)
{
    session::Settings settings;
    settings.provider = "ollama";
    settings.base_url = "https://models.example";
    EXPECT_TRUE(has_port(settings, { { "https_proxy", "http://user:word@proxy.example:3128/" } }, 3128));
    EXPECT_TRUE(has_port(settings, { { "ALL_PROXY", "proxy.example:3129" } }, 3129));
    EXPECT_TRUE(has_port(settings, { { "https_proxy", "socks5://proxy.example" } }, 1080));
    EXPECT_TRUE(has_port(settings, { { "https_proxy", "http://[::1]:3130" } }, 3130));
}

}
}
