// Every combination of dots, separators, encodings and link names, absolute and relative, up to four components deep: what opens is
// beneath the folder, by the kernel's own word for what was opened.
#include "temporary_folder.h"
#include "workspace/jail.h"

#include <array>
#include <climits>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace countersign::workspace {
namespace {

using workspace::testing::TemporaryFolder;

constexpr std::array components = std::to_array<std::string_view>({ ".", "..", "...", "d", "f.txt", "to_outside", "to_parent", "to_root",
    "inside", "%2e%2e", "..%2f", ".. ", "..\u200b", "\xc0\xae\xc0\xae" });
constexpr std::array separators = std::to_array<std::string_view>({ "/", "//", "/./", "\\", "/../" });

class JailPaths : public ::testing::TestWithParam<Jail::Method> {
protected:
    JailPaths()
    {
        folder_.write("ws/f.txt", "inside");
        folder_.write("ws/d/f.txt", "inside");
        folder_.write("ws/d/d/f.txt", "inside");
        folder_.write("ws-evil/f.txt", "outside");
        folder_.write("f.txt", "outside");
        folder_.write("d/f.txt", "outside");
        for (char const* where : { "ws", "ws/d" }) {
            std::string const above = where == std::string_view("ws") ? ".." : "../..";
            std::filesystem::create_symlink(above + "/ws-evil", folder_ / where / "to_outside");
            std::filesystem::create_symlink(above, folder_ / where / "to_parent");
            std::filesystem::create_symlink("/", folder_ / where / "to_root");
            std::filesystem::create_symlink("./d", folder_ / where / "inside");
        }
        jail_ = *Jail::open((folder_ / "ws").string(), GetParam());
    }

    void try_path(std::string const& path)
    {
        ++tried_;
        auto const resolved = jail_->resolve(path);
        if (!resolved)
            return;
        auto const fd = open_beneath(jail_->descriptor(), *resolved, O_RDONLY, GetParam(), Links::follow_inside);
        if (!fd)
            return;
        ++opened_;
        std::array<char, PATH_MAX> name {};
        std::string const link = "/proc/self/fd/" + std::to_string(fd->get());
        ssize_t const size = ::readlink(link.c_str(), name.data(), name.size());
        std::string const real(name.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        std::string const root = jail_->root();
        if (real != root && !real.starts_with(root + "/")) {
            ++escaped_;
            ADD_FAILURE() << path << " opened " << real;
        }
    }

    /// All paths of `depth` components after `path`.
    void try_all(std::string const& path, std::string_view separator, std::size_t depth)
    {
        for (std::string_view const component : components) {
            std::string const longer = path + std::string(component);
            try_path(longer);
            if (depth > 1)
                try_all(longer + std::string(separator), separator, depth - 1);
        }
    }

    TemporaryFolder folder_;
    std::shared_ptr<Jail const> jail_;
    std::size_t tried_ = 0, opened_ = 0, escaped_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Methods, JailPaths, ::testing::Values(Jail::Method::openat2, Jail::Method::walk),
    [](auto const& parameter) { return parameter.param == Jail::Method::openat2 ? "openat2" : "walk"; });

TEST_P(JailPaths, no_combination_leads_outside)
{
    std::string const root = jail_->root();
    for (std::string_view const separator : separators) {
        for (std::string const& prefix : { std::string(), root + "/", root, std::string("/") })
            try_all(prefix, separator, 4);
    }
    EXPECT_GT(tried_, 750'000u);
    EXPECT_GT(opened_, 1'000u);
    EXPECT_EQ(escaped_, 0u);
    RecordProperty("tried", static_cast<int>(tried_));
    RecordProperty("opened", static_cast<int>(opened_));
}

}
}
