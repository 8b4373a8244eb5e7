#include "model/api.h"

#include <array>

namespace countersign::model {

std::span<Api const* const> apis()
{
    static std::array const all { &anthropic_api, &openai_api, &openai_responses_api, &ollama_api };
    return all;
}

Api const* find_api(std::string_view name)
{
    for (Api const* api : apis()) {
        if (api->name == name)
            return api;
    }
    return nullptr;
}

}
