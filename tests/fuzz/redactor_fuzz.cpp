// A planted secret never survives, however the text around it looks and wherever it is cut.
#include "workspace/redactor.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using countersign::workspace::RedactingStream;
using countersign::workspace::Redactor;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static std::string const secret = "planted secret value 4711";
    static Redactor const redactor = [] {
        Redactor made;
        made.know(secret, "env");
        return made;
    }();
    if (size < 2)
        return 0;
    std::size_t const cut = 1 + data[0];
    std::string text(reinterpret_cast<char const*>(data + 2), size - 2);
    text.insert(text.size() * data[1] / 255, secret);
    std::string const shown = redactor.redact(text);
    if (shown.find(secret) != std::string::npos)
        std::abort();
    RedactingStream stream(redactor);
    std::string streamed;
    for (std::size_t at = 0; at < text.size(); at += cut)
        streamed += stream.push(std::string_view(text).substr(at, cut));
    streamed += stream.finish();
    if (streamed.find(secret) != std::string::npos)
        std::abort();
    return 0;
}
