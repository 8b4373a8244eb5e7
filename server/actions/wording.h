// What a model is told first: the prompts beside the actions, compiled in, or a person's own in their place.
//
// A person's own stand in `actions/` of their configuration directory, `common.md` and `<action>.md`; they are read once, when the
// program starts, and never from a repository. A prompt's first line names its version: `<!-- version 2 -->`.
#pragma once

#include "support/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace countersign::actions {

struct Prompt {
    std::string version; ///< "2"; of a person's own without a version "own", else "own 2"
    std::string text;
};

class Wording {
public:
    /// The compiled-in prompts.
    Wording();
    /// With what `folder` holds in their place; a missing folder changes nothing. Errors: invalid_params naming the file (no prompt of that
    /// name, not UTF-8, empty, too long), io.
    static Result<Wording> read(std::filesystem::path const& folder);

    struct System {
        std::string text;
        std::string prompts; ///< "common 2, refactor own"
    };
    /// The system prompt of an action. `instructions` are the person's words for all tasks; may be empty.
    System system(std::string_view action, std::string_view instructions) const;

private:
    std::map<std::string, Prompt, std::less<>> prompts_;
};

}
