// What models cost: a small table of our own with its date, and a file in LiteLLM's format that the person gives. What stands in
// neither is unknown, never zero.
#pragma once

#include "model/provider.h"
#include "support/result.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::model {

/// US dollars per token.
struct Price {
    double input = 0;
    double output = 0;
    double cache_read = 0;
    double cache_write = 0;
    std::uint32_t context_tokens = 0; ///< what the model takes in; 0 if it is not said
};

/// Month of the table's prices: "2026-06".
extern std::string_view const price_table_date;

class Prices {
public:
    Prices() = default;
    /// A JSON object of model names to {input_cost_per_token, output_cost_per_token, ...}. Errors: invalid_params, io.
    static Result<Prices> read(std::filesystem::path const& litellm_file);
    static Result<Prices> parse(std::string_view litellm_json);

    /// Of the file, else of the table: for the name itself, "provider/name", or the name without its date.
    std::optional<Price> find(std::string_view provider, std::string_view model) const;

private:
    std::map<std::string, Price, std::less<>> file_;
};

double cost_of(Usage const& usage, Price const& price);

}
