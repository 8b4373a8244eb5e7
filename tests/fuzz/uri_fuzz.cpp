// A path that came out of a URI, and any path at all, comes back from the URI that we write for it.
#include "protocol/uri.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void check_path(std::string const& path)
{
    auto const again = countersign::protocol::path_from_uri(countersign::protocol::uri_from_path(path));
    if (!again || *again != path)
        std::abort();
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const input(reinterpret_cast<char const*>(data), size);
    auto const path = countersign::protocol::path_from_uri(input);
    if (path) {
        if (path->empty() || path->front() != '/' || path->find('\0') != std::string::npos)
            std::abort();
        check_path(*path);
    } else if (path.error().message.empty()) {
        std::abort();
    }
    if (input.find('\0') == std::string::npos)
        check_path("/" + input);
    return 0;
}
