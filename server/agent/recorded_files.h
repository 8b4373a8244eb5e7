// A workspace as a transcript remembers it: the files that a run used, the errors that others gave, and the listing. What was not
// recorded is not there. Filled by load_recording, then immutable, so any thread.
#pragma once

#include "workspace/file_source.h"
#include "workspace/snapshot.h"

#include <map>
#include <optional>
#include <string>

namespace countersign::agent {

class RecordedFiles final : public workspace::FileSource {
public:
    struct Entry {
        Result<workspace::FileText> file;
        std::optional<std::int64_t> version; ///< of the buffer that the editor had open
        bool exists = true;                  ///< something was there, even if it could not be read
        std::optional<Error> target_error;   ///< why no edit may be proposed for it
    };

    explicit RecordedFiles(std::string root) : root_(std::move(root)), roots_ { root_ } { }
    void add(std::string path, Entry entry) { entries_.insert_or_assign(std::move(path), std::move(entry)); }
    void set_listing(Result<Listing> listing) { listing_ = std::move(listing); }
    std::map<std::string, Entry> const& entries() const { return entries_; }

    Result<std::string> resolve(std::string_view path) const override;
    Result<workspace::FileText> read(std::string const& path) const override;
    Result<Listing> list() const override { return listing_; }
    bool exists(std::string const& path) const override;
    std::string const& root() const override { return root_; }
    Result<> check_readable(std::string const& path) const override;
    Result<> check_target(std::string const& path) const override;

private:
    std::string root_;
    std::vector<std::string> roots_;
    std::map<std::string, Entry> entries_;
    Result<Listing> listing_ = Listing {};
};

}
