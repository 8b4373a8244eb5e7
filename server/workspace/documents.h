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
    /// False once a change could not be applied, because it came too late or did not fit: the editor shows another text.
    bool in_step = true;
};

/// Stale, with what the person can do about it, if the document is out of step.
Result<> check_in_step(Document const& document);

/// What a change brings: parts of the text, or somewhere in it all of the text, whatever was there before.
enum class Brings { parts, all };

class Documents {
public:
    /// A second open of the same path keeps the higher version. One that is older than a change which came before it is out of step.
    void open(std::string path, std::string language_id, std::int64_t version, std::string text);
    /// Applies `edits` one after another; each one's offsets are those of the text the one before left. What is refused leaves the document
    /// out of step, unless all of the text has come with a newer version; whatever brings all of it ends that.
    /// Errors: not_found (not open), stale (version not above the current one), invalid_params (range outside the text).
    Result<> change(std::string const& path, std::int64_t version, std::vector<ByteEdit> const& edits, Brings brings = Brings::parts);
    void close(std::string const& path);

    /// Null if it is not open. Valid until the next change of that document.
    Document const* find(std::string const& path) const;
    std::vector<std::shared_ptr<Document const>> all() const;

private:
    /// The document with the edits made. Errors: invalid_params.
    static Result<Document> edited(Document const& before, std::vector<ByteEdit> const& edits);

    std::map<std::string, std::shared_ptr<Document>> by_path_;
    std::map<std::string, std::int64_t> known_whole_; ///< by path: the version with which all of the text came last
    std::map<std::string, std::int64_t> came_early_;  ///< by path: the newest version of a change to what was not open
};

}
