// Whatever the bytes, what is escaped has nothing hidden left, and is escaped once.
#include "workspace/hidden_text.h"

#include <cstdint>
#include <cstdlib>

using namespace countersign::workspace;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    std::string const shown = escape_hidden(text);
    if ((count_hidden(text) == 0) != (shown == text))
        std::abort();
    return 0;
}
