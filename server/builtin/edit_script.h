// Edits of one file on their way into edit_file calls. Each call's old_text is made unique in the text as it will be when the
// call is carried out, by whole lines, so that the calls can all be sent in one turn.
#pragma once

#include "builtin/conversation.h"
#include "support/result.h"
#include "support/text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace countersign::builtin {

class EditScript {
public:
    EditScript(std::string path, std::string text);

    /// Adds edits of `text()`, sorted and not overlapping; those that stand close together become one call.
    /// Errors: invalid_params for an empty file, which edit_file cannot edit.
    Result<> apply(std::vector<ByteEdit> const& edits, std::string const& reason);

    /// The file after the edits so far.
    std::string const& text() const { return text_; }
    bool is_empty() const { return calls_.empty(); }
    std::size_t size() const { return calls_.size(); }

    /// Makes the calls; nothing while results are to come. The error of the first call that failed.
    std::optional<Result<>> send(Conversation& conversation) const;

    /// "- line 12: the else branch is not needed after return", one line a call, by the lines of the file as it was.
    std::string reasons() const;

private:
    struct Call {
        std::string old_text, new_text, reason;
        std::size_t line; ///< 1-based, in the file as it was
    };
    /// Lines [first, first + removed) became [first, first + added); 0-based.
    struct Shift {
        std::size_t first, removed, added;
    };

    Result<> add(std::vector<ByteEdit> const& group, std::string const& reason);
    std::size_t original_line(std::size_t line) const;

    std::string path_;
    std::string text_;
    std::vector<Call> calls_;
    std::vector<Shift> shifts_;
};

}
