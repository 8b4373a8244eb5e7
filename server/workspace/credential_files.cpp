#include "workspace/credential_files.h"

#include "support/fd.h"
#include "workspace/jail.h"
#include "workspace/listing.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace countersign::workspace {

std::vector<std::string> credential_texts(std::string const& root)
{
    constexpr std::size_t most_files = 200;
    constexpr std::size_t most_bytes = 256 * 1024; // a larger one is no list of values
    auto const jail = Jail::open(root);
    std::vector<std::string> paths;
    std::vector<std::string> texts;
    if (!jail || !list_files((*jail)->descriptor(), (*jail)->method(), {}, &paths))
        return texts;
    for (std::string const& path : paths) {
        auto const fd = open_beneath((*jail)->descriptor(), path, O_RDONLY, (*jail)->method(), Links::refuse);
        struct stat status { };
        if (!fd || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode) || texts.size() == most_files)
            continue;
        if (auto content = support::read_all(fd->get(), most_bytes))
            texts.push_back(std::move(*content));
    }
    return texts;
}

}
