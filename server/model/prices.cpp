#include "model/prices.h"

#include "model/wire_json.h"
#include "support/files.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::model {

std::string_view const price_table_date = "2026-06";

namespace {

constexpr std::uint64_t most_context = 100'000'000;

struct Row {
    std::string_view model;
    double input, output, cache_read, cache_write; ///< US dollars per million tokens
};

constexpr std::array<Row, 19> table { {
    { "claude-haiku-4-5", 1, 5, 0.1, 1.25 },
    { "claude-sonnet-4-5", 3, 15, 0.3, 3.75 },
    { "claude-sonnet-4-6", 3, 15, 0.3, 3.75 },
    { "claude-opus-4-1", 15, 75, 1.5, 18.75 },
    { "claude-opus-4-5", 5, 25, 0.5, 6.25 },
    { "claude-opus-4-6", 5, 25, 0.5, 6.25 },
    { "gpt-4.1", 2, 8, 0.5, 2 },
    { "gpt-4.1-mini", 0.4, 1.6, 0.1, 0.4 },
    { "gpt-4.1-nano", 0.1, 0.4, 0.025, 0.1 },
    { "gpt-4o", 2.5, 10, 1.25, 2.5 },
    { "gpt-4o-mini", 0.15, 0.6, 0.075, 0.15 },
    { "gpt-5", 1.25, 10, 0.125, 1.25 },
    { "gpt-5-mini", 0.25, 2, 0.025, 0.25 },
    { "gpt-5-nano", 0.05, 0.4, 0.005, 0.05 },
    { "gpt-5-codex", 1.25, 10, 0.125, 1.25 },
    { "gpt-5.1", 1.25, 10, 0.125, 1.25 },
    { "gpt-5.2", 1.75, 14, 0.175, 1.75 },
    { "gpt-5.4", 2.5, 15, 0.25, 2.5 },
    { "gpt-5.4-mini", 0.75, 4.5, 0.075, 0.75 },
} };

/// "claude-haiku-4-5-20251001" and "gpt-5-2025-08-07" without their dates; a name without one as it is.
std::string_view without_date(std::string_view model)
{
    std::size_t begin = model.size();
    std::size_t digits = 0;
    while (begin > 0 && digits <= 8 && (model[begin - 1] == '-' || (model[begin - 1] >= '0' && model[begin - 1] <= '9'))) {
        --begin;
        digits += model[begin] == '-' ? 0 : 1;
        if (digits == 8 && begin > 0 && model[begin - 1] == '-')
            return model.substr(0, begin - 1);
    }
    return model;
}

std::optional<Price> price_in_table(std::string_view model)
{
    constexpr double million = 1e6;
    auto const found = std::find_if(table.begin(), table.end(), [&](Row const& row) { return row.model == model; });
    if (found == table.end())
        return std::nullopt;
    return Price { found->input / million, found->output / million, found->cache_read / million, found->cache_write / million, 0 };
}

std::optional<double> price_field(Json const& entry, char const* name)
{
    Json const& value = field(entry, name);
    if (!value.is_number() || !(value.get<double>() >= 0))
        return std::nullopt;
    return value.get<double>();
}

}

Result<Prices> Prices::parse(std::string_view litellm_json)
{
    Json const file = TRY(support::parse_json(litellm_json));
    if (!file.is_object())
        return fail(
            ErrorCode::invalid_params, "a price file is a JSON object of models, as LiteLLM's model_prices_and_context_window.json is");
    Prices prices;
    for (auto const& [name, entry] : file.items()) {
        auto const input = price_field(entry, "input_cost_per_token");
        auto const output = price_field(entry, "output_cost_per_token");
        if (name == "sample_spec" || !input || !output)
            continue;
        prices.file_[name] = { *input, *output, price_field(entry, "cache_read_input_token_cost").value_or(*input),
            price_field(entry, "cache_creation_input_token_cost").value_or(*input),
            static_cast<std::uint32_t>(std::min<std::uint64_t>(count_field(entry, "max_input_tokens"), most_context)) };
    }
    if (prices.file_.empty())
        return fail(
            ErrorCode::invalid_params, "the price file names no price: each model needs input_cost_per_token and output_cost_per_token");
    return prices;
}

Result<Prices> Prices::read(std::filesystem::path const& litellm_file)
{
    auto prices = parse(TRY(support::read_file(litellm_file)));
    if (!prices)
        return fail(prices.error().code, fmt::format("price_file {}: {}", litellm_file.string(), prices.error().message));
    return prices;
}

std::optional<Price> Prices::find(std::string_view provider, std::string_view model) const
{
    std::string_view const family = without_date(model);
    for (std::string const& name : { std::string(model), fmt::format("{}/{}", provider, model), std::string(family) }) {
        if (auto const found = file_.find(name); found != file_.end())
            return found->second;
    }
    if (auto const exact = price_in_table(model))
        return exact;
    return price_in_table(family);
}

double cost_of(Usage const& usage, Price const& price)
{
    auto const special = std::min(usage.input_tokens, usage.cached_input_tokens + usage.cache_written_tokens);
    auto const tokens = [](std::uint64_t count) { return static_cast<double>(count); };
    return tokens(usage.input_tokens - special) * price.input + tokens(usage.cached_input_tokens) * price.cache_read
        + tokens(usage.cache_written_tokens) * price.cache_write + tokens(usage.output_tokens) * price.output;
}

}
