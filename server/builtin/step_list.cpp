#include "builtin/control_flow.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

void render(std::vector<Step> const& steps, std::size_t depth, std::size_t& left, std::string& out)
{
    std::size_t number = 0;
    for (Step const& step : steps) {
        if (left == 0) {
            out += fmt::format("{:{}}- and more that is not told here.\n", "", depth * 3);
            return;
        }
        --left;
        out += fmt::format("{:{}}{}. {}\n", "", depth * 3, ++number, step.text);
        render(step.inner, depth + 1, left, out);
    }
}

}

std::string to_markdown(std::vector<Step> const& steps, std::size_t limit)
{
    std::string out;
    render(steps, 0, limit, out);
    return out;
}

}
