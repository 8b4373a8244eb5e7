// Answers to the very same request, kept for a while: <state>/responses.db. Off unless the person sets an age.
//
// The key is a hash of the address and the whole request, so that any difference in what is asked, the file's text included, is another
// request. Any thread.
#pragma once

#include "model/provider.h"
#include "support/clock.h"
#include "support/result.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::model {

class ResponseCache {
public:
    virtual ~ResponseCache() = default;
    /// Errors: io.
    static Result<std::unique_ptr<ResponseCache>> open(std::filesystem::path const& state_directory, support::Clock const& clock);
    static std::string key(std::string_view url, std::string_view body);

    /// A reply that is not older than `age`. A damaged entry is none.
    virtual std::optional<Reply> find(std::string const& key, std::chrono::hours age) = 0;
    /// Keeps the reply; forgets what is older than a year. A failure is logged: the run does not depend on it.
    virtual void keep(std::string const& key, Reply const& reply) = 0;
};

}
