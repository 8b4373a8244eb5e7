#include "workspace/paths.h"

#include <climits>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

std::vector<std::string> const roots { "/ws/project" };

std::string resolved(std::string_view path)
{
    auto const result = resolve_path(path, roots);
    return result ? "ok " + *result : to_string(result.error());
}

TEST(Paths, takes_relative_and_absolute_names_of_one_file)
{
    EXPECT_EQ(resolved("src/main.cpp"), "ok src/main.cpp");
    EXPECT_EQ(resolved("./src//main.cpp/"), "ok src/main.cpp");
    EXPECT_EQ(resolved("/ws/project/src/main.cpp"), "ok src/main.cpp");
    EXPECT_EQ(resolved("src/../src/main.cpp"), "ok src/main.cpp");
    EXPECT_EQ(resolved("a/b/../../c"), "ok c");
}

TEST(Paths, names_the_folder_itself)
{
    EXPECT_EQ(resolved("."), "ok ");
    EXPECT_EQ(resolved("/ws/project"), "ok ");
    EXPECT_EQ(resolved("/ws/project/"), "ok ");
    EXPECT_EQ(resolved("src/.."), "ok ");
}

TEST(Paths, refuses_what_leads_outside)
{
    EXPECT_EQ(resolved("../x"), "denied: ../x leads outside the workspace");
    EXPECT_EQ(resolved(".."), "denied: .. leads outside the workspace");
    EXPECT_EQ(resolved("/etc/passwd"), "denied: /etc/passwd leads outside the workspace");
    EXPECT_EQ(resolved("/ws/project-evil/secret.txt"), "denied: /ws/project-evil/secret.txt leads outside the workspace");
    EXPECT_EQ(resolved("/ws/projec"), "denied: /ws/projec leads outside the workspace");
    EXPECT_EQ(resolved("/ws/project/../x"), "denied: /ws/project/../x leads outside the workspace");
    EXPECT_EQ(resolved("src/../../project-evil/secret.txt"), "denied: src/../../project-evil/secret.txt leads outside the workspace");
    EXPECT_EQ(resolved("../project/src"), "denied: ../project/src leads outside the workspace");
    EXPECT_EQ(resolved("/"), "denied: / leads outside the workspace");
}

TEST(Paths, decodes_and_expands_nothing)
{
    for (std::string_view path : { "..%2f..%2fetc%2fpasswd", "....//....//etc", "~/x", "$HOME/x", "%2e%2e/x", "\\\\evil\\share\\x", "CON",
             "file.txt:stream", "..\\x", "..\u200b/etc/passwd" }) {
        auto const result = resolve_path(path, roots);
        ASSERT_TRUE(result) << path << ": " << to_string(result.error());
    }
    EXPECT_EQ(resolved("....//....//etc"), "ok ..../..../etc");
}

TEST(Paths, refuses_names_that_no_file_has)
{
    EXPECT_EQ(resolve_path("", roots).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(resolve_path(std::string_view("a\0b", 3), roots).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(resolve_path(std::string(PATH_MAX, 'a'), roots).error().code, ErrorCode::invalid_params);
    EXPECT_TRUE(resolve_path(std::string(PATH_MAX - 1, 'a'), roots));
}

TEST(Paths, resolves_below_the_root_of_the_file_system)
{
    auto const result = resolve_path("/srv/a.txt", { "/" });
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, "srv/a.txt");
}

TEST(Paths, resolves_below_either_name_of_a_linked_folder)
{
    EXPECT_EQ(*resolve_path("/data/p/a.txt", { "/home/u/p", "/data/p" }), "a.txt");
    EXPECT_EQ(*resolve_path("/home/u/p/a.txt", { "/home/u/p", "/data/p" }), "a.txt");
}

TEST(Paths, shows_a_name_on_one_line_with_nothing_hidden)
{
    EXPECT_EQ(display_path("nl\nname\t.txt"), "nl\\nname\\t.txt");
    EXPECT_EQ(display_path("a\u202eb"), "a\\u{202E}b");
    EXPECT_EQ(display_path("bad\xff"), "bad\\xFF");
    EXPECT_EQ(display_path(""), ".");
    EXPECT_EQ(display_path(std::string(5000, 'a')).size(), 303u);
}

}
}
