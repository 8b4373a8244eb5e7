// What the files of a workspace folder say at one moment: the editor's buffers, else the disk. Taken on the main thread, read on the
// background thread.
#pragma once

#include "session/folders.h"
#include "session/open_files.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace countersign::session {

/// As an editor shows a file that is not there: no text, or one empty line.
bool holds_nothing(std::string_view text);

class TextsNow {
public:
    TextsNow() = default;
    TextsNow(std::shared_ptr<Folder> folder, OpenFiles const& open_files);

    std::string const& root() const { return folder_->root(); }
    /// `path` is relative to the folder. A buffer that holds nothing, of a file that is not there, is no file yet. Errors: not_found, stale
    /// (a buffer that is out of step), and as FileSource::read.
    Result<std::string> read(std::string const& path) const;
    /// The buffer of that time, null if there was none. `path` is absolute.
    workspace::Document const* buffer(std::string const& path) const;

private:
    std::shared_ptr<Folder> folder_;
    std::map<std::string, std::shared_ptr<workspace::Document const>> buffers_; ///< by absolute path
};

}
