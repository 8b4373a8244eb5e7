#include "workspace/listing.h"

#include "support/text.h"
#include "workspace/credentials.h"
#include "workspace/ignore.h"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace countersign::workspace {

namespace {

constexpr std::size_t ignore_file_limit = 1024 * 1024;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

struct Entry {
    std::string name;
    bool is_directory = false;
};

/// A folder that is still to be walked.
struct Pending {
    std::string path;
    std::size_t depth = 0;
    std::shared_ptr<IgnoreScope const> scope;
};

bool is_showable(std::string_view name)
{
    bool const controls = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return !controls && support::find_invalid_utf8(name) == std::string_view::npos;
}

class Walk {
public:
    Walk(int folder, BeneathMethod method, ListingLimits const& limits, std::vector<std::string>* credentials)
        : folder_(folder)
        , method_(method)
        , limits_(limits)
        , credentials_(credentials)
    {
    }

    Result<FileSource::Listing> run()
    {
        Directory root = TRY(open_directory(""));
        pending_.push_back({ "", 0, nullptr });
        visit(std::move(root));
        while (!pending_.empty() && !full_) {
            if (auto directory = open_directory(pending_.back().path))
                visit(std::move(*directory));
            else
                pending_.pop_back();
        }
        std::sort(listing_.paths.begin(), listing_.paths.end());
        return std::move(listing_);
    }

private:
    Result<Directory> open_directory(std::string const& path) const
    {
        auto fd = TRY(open_beneath(folder_, path, O_RDONLY | O_DIRECTORY, method_, Links::refuse));
        Directory directory(::fdopendir(fd.get()));
        if (!directory)
            return fail(ErrorCode::io, "cannot list a folder: " + support::errno_message());
        static_cast<void>(fd.release());
        return directory;
    }

    /// The rules in an ignore file, or nothing if there is none that can be read.
    std::optional<std::string> read_rules(std::string const& path) const
    {
        auto const fd = open_beneath(folder_, path, O_RDONLY, method_, Links::refuse);
        struct stat status { };
        if (!fd || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode))
            return std::nullopt;
        auto content = support::read_all(fd->get(), ignore_file_limit);
        if (!content)
            return std::nullopt;
        return std::move(*content) + "\n";
    }

    /// .ignore is read after .gitignore, so it wins; in the root both win over .git/info/exclude.
    std::shared_ptr<IgnoreScope const> scope_of(Pending const& folder) const
    {
        std::string const prefix = folder.path.empty() ? "" : folder.path + "/";
        auto const git_rules = read_rules(prefix + ".gitignore");
        auto const own_rules = read_rules(prefix + ".ignore");
        std::string rules;
        if (folder.path.empty()) {
            if (!git_rules && !own_rules)
                rules += default_ignore_rules;
            rules += read_rules(".git/info/exclude").value_or("");
        }
        rules += git_rules.value_or("") + own_rules.value_or("");
        if (rules.empty())
            return folder.scope;
        return std::make_shared<IgnoreScope const>(folder.scope, folder.path, IgnoreRules::parse(rules));
    }

    std::optional<Entry> entry_of(dirent const& found, int directory) const
    {
        Entry entry { found.d_name, found.d_type == DT_DIR };
        if (entry.name == "." || entry.name == ".." || !is_showable(entry.name) || is_git_internal(entry.name))
            return std::nullopt;
        bool is_file = found.d_type == DT_REG;
        if (found.d_type == DT_UNKNOWN) {
            struct stat status { };
            if (::fstatat(directory, found.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
                return std::nullopt;
            entry.is_directory = S_ISDIR(status.st_mode);
            is_file = S_ISREG(status.st_mode);
        }
        if (!is_file && !entry.is_directory)
            return std::nullopt;
        return entry;
    }

    /// Walks the folder on top of `pending_`, which is taken off.
    void visit(Directory directory)
    {
        Pending folder = std::move(pending_.back());
        pending_.pop_back();
        folder.scope = scope_of(folder);
        while (dirent const* const found = ::readdir(directory.get())) {
            if (++entries_ > limits_.entries || listing_.paths.size() >= limits_.files) {
                full_ = true;
                listing_.complete = false;
                return;
            }
            if (auto const entry = entry_of(*found, ::dirfd(directory.get())))
                take(folder, *entry);
        }
    }

    void take(Pending const& folder, Entry const& entry)
    {
        std::string path = folder.path.empty() ? entry.name : folder.path + "/" + entry.name;
        bool const is_protected = is_credential(path);
        if (is_protected && !entry.is_directory && credentials_)
            credentials_->push_back(path);
        if (is_protected || (folder.scope && folder.scope->ignores(path, entry.is_directory)))
            return;
        if (!entry.is_directory)
            listing_.paths.push_back(std::move(path));
        else if (folder.depth < limits_.depth)
            pending_.push_back({ std::move(path), folder.depth + 1, folder.scope });
        else
            listing_.complete = false;
    }

    int folder_;
    BeneathMethod method_;
    ListingLimits limits_;
    std::vector<Pending> pending_;
    std::size_t entries_ = 0;
    bool full_ = false;
    FileSource::Listing listing_;
    std::vector<std::string>* credentials_;
};

}

Result<FileSource::Listing> list_files(int folder, BeneathMethod method, ListingLimits const& limits, std::vector<std::string>* credentials)
{
    return Walk(folder, method, limits, credentials).run();
}

}
