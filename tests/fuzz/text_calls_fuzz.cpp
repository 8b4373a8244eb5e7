// Any text is read into calls without a crash, each complete one has an object for its arguments, and reading is the same with either
// line end.
#include "model/text_forms.h"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace countersign::model;
    std::string const text(reinterpret_cast<char const*>(data), size);
    TextCalls const found = parse_text_calls(text);
    for (ToolCall const& call : found.calls) {
        if (!call.arguments.is_object())
            std::abort();
        if (call.problem.empty() && call.name.empty())
            std::abort();
    }
    if (text.find('\r') != std::string::npos)
        return 0;
    std::string returned;
    for (char const c : text)
        returned += c == '\n' ? std::string("\r\n") : std::string(1, c);
    TextCalls const again = parse_text_calls(returned);
    if (again.calls.size() != found.calls.size())
        std::abort();
    for (std::size_t i = 0; i < found.calls.size(); ++i) {
        if (again.calls[i].name != found.calls[i].name || again.calls[i].arguments != found.calls[i].arguments)
            std::abort();
    }
    return 0;
}
