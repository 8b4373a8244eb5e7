// Open documents: the editor's buffers, which win over the disk. Main thread only; runs see them through a Snapshot.
#pragma once

#include "support/result.h"
#include "support/text.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace countersign::workspace {

/// One buffer. Immutable once it is shared: a change makes a new one.
struct Document {
    std::string path;        ///< absolute
    std::string language_id; ///< as the editor named it; may be empty
    std::int64_t version = 0;
    std::shared_ptr<std::string const> text;
    support::LineIndex lines;
};

class Documents {
public:
    /// A second open of the same path keeps the higher version.
    void open(std::string path, std::string language_id, std::int64_t version, std::string text);
    /// Applies `edits` one after another; each one's offsets are those of the text the one before left.
    /// Errors: not_found (not open), stale (version not above the current one), invalid_params (range outside the text).
    Result<> change(std::string const& path, std::int64_t version, std::vector<ByteEdit> const& edits);
    void close(std::string const& path);

    /// Null if it is not open. Valid until the next change of that document.
    Document const* find(std::string const& path) const;
    std::vector<std::shared_ptr<Document const>> all() const;

private:
    std::map<std::string, std::shared_ptr<Document>> by_path_;
};

}
