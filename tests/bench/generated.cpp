#include "generated.h"

#include <fmt/core.h>

namespace countersign::bench {

std::string generated_source(std::size_t lines)
{
    std::string text = "#include <string>\n#include <vector>\n\n";
    for (std::size_t i = 0; i * 10 < lines; ++i) {
        text += fmt::format(R"(int step_{0}(std::vector<int> const& values, int limit)
{{
    int sum = {0};
    for (int value : values) {{
        if (value < limit)
            sum += value * {1};
    }}
    return sum;
}}

)",
            i, i % 7 + 1);
    }
    return text;
}

}
