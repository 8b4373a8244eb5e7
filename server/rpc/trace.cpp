#include "rpc/trace.h"

#include "support/fd.h"
#include "support/log.h"

#include <fcntl.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace countersign::rpc {

Result<Observer> trace_to_file(std::string const& path)
{
    auto const file = std::make_shared<support::UniqueFd>(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!*file)
        return fail(ErrorCode::io, "cannot open the trace file " + path + ": " + support::errno_message());
    return Observer([file, path](Sender sender, Json const& message) {
        if (!*file)
            return;
        std::string line = sender == Sender::client ? R"({"from":"client","message":)" : R"({"from":"server","message":)";
        line += support::dump_json(message);
        line += "}\n";
        if (auto const written = support::write_all(file->get(), line); !written) {
            log::warn("the trace {} ends here: {}", path, written.error().message);
            file->reset();
        }
    });
}

}
