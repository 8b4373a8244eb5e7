#include "protocol/uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::protocol {
namespace {

using testing::HasSubstr;

std::string path(std::string_view uri)
{
    auto const result = path_from_uri(uri);
    return result ? *result : to_string(result.error());
}

TEST(Uri, decodes_what_editors_send)
{
    EXPECT_EQ(path("file:///home/ada/a.c"), "/home/ada/a.c");
    EXPECT_EQ(path("file:///home/ada/gr%C3%BCn%20und%20rot%23.c"), "/home/ada/grün und rot#.c");
    EXPECT_EQ(path("file:///home/ada/grün.c"), "/home/ada/grün.c");
    EXPECT_EQ(path("file://localhost/a"), "/a");
    EXPECT_EQ(path("FILE://LocalHost/a"), "/a");
    EXPECT_EQ(path("file:/a"), "/a");
    EXPECT_EQ(path("file:///"), "/");
    EXPECT_EQ(path("file:///a//b/"), "/a//b/");
    EXPECT_EQ(path("file:///a/%3F%23%25"), "/a/?#%");
    EXPECT_EQ(path("file:///a:b@c!$&'()*+,;="), "/a:b@c!$&'()*+,;=");
}

TEST(Uri, decodes_once_and_resolves_nothing)
{
    EXPECT_EQ(path("file:///a%252Fb"), "/a%2Fb");
    EXPECT_EQ(path("file:///ws/..%2F..%2fetc/passwd"), "/ws/../../etc/passwd");
    EXPECT_EQ(path("file:///ws/./x/../y"), "/ws/./x/../y");
    EXPECT_EQ(path("file:///%2Fetc"), "//etc");
    EXPECT_EQ(path("file://%2Fetc/x"), "denied: file://%2Fetc/x is on the host %2Fetc: only files of this machine can be worked on");
}

TEST(Uri, spells_a_drive_letter_the_same_however_it_is_encoded)
{
    EXPECT_EQ(path("file:///c%3A/x"), "/c:/x");
    EXPECT_EQ(path("file:///c:/x"), "/c:/x");
}

TEST(Uri, refuses_broken_escapes_and_nul)
{
    for (char const* uri : { "file:///a%", "file:///a%2", "file:///a%zz", "file:///a%2g", "file:///a%%20", "file:///%-1" })
        EXPECT_THAT(path(uri), HasSubstr("two hexadecimal digits")) << uri;
    EXPECT_THAT(path("file:///a%00b"), HasSubstr("NUL"));
    EXPECT_THAT(path(std::string_view("file:///a\0b", 11)), HasSubstr("NUL"));
}

TEST(Uri, refuses_what_is_no_file_of_this_machine)
{
    EXPECT_THAT(path("untitled:Untitled-1"), HasSubstr("save it to a file first"));
    for (char const* uri : { "git:/a/b?%7B%7D", "vscode-remote://ssh-remote%2Bhost/a", "vscode-notebook-cell:/a#x", "zipfile:///a.zip::b",
             "http://a/b", "jdt://x", "c:/windows" })
        EXPECT_THAT(path(uri), HasSubstr("denied: ")) << uri;
    EXPECT_THAT(path("git:/a/b"), HasSubstr("not git:"));
    EXPECT_THAT(path("file://server/share/a"), HasSubstr("on the host server"));
    EXPECT_THAT(path("file://127.0.0.1/a"), HasSubstr("denied"));
}

TEST(Uri, refuses_what_is_no_uri)
{
    for (char const* uri : { "", "/home/ada/a.c", "a.c", ":", "://a", "1file:///a", "fi le:///a", "%66ile:///a" })
        EXPECT_THAT(path(uri), HasSubstr("is not a URI")) << uri;
    for (char const* uri : { "file:", "file://", "file:a", "file://localhost" })
        EXPECT_THAT(path(uri), HasSubstr("no absolute path")) << uri;
    for (char const* uri : { "file:///a?b", "file:///a#L1", "file://?x", "file:///a#" })
        EXPECT_THAT(path(uri), HasSubstr("query or a fragment")) << uri;
}

TEST(Uri, hides_control_characters_in_errors)
{
    EXPECT_EQ(path("git:\x1b[2J").find('\x1b'), std::string::npos);
    EXPECT_LT(path("git:" + std::string(100'000, 'x')).size(), 1000U);
}

TEST(Uri, encodes_every_byte_so_that_it_decodes_again)
{
    EXPECT_EQ(uri_from_path("/home/ada/a-b_c.d~e"), "file:///home/ada/a-b_c.d~e");
    EXPECT_EQ(uri_from_path("/a b#?%:ü"), "file:///a%20b%23%3F%25%3A%C3%BC");
    std::string all = "/";
    for (int c = 1; c < 256; ++c)
        all += static_cast<char>(c);
    EXPECT_EQ(path(uri_from_path(all)), all);
}

TEST(Uri, knows_one_file_under_two_spellings)
{
    EXPECT_TRUE(same_file("file:///c%3A/%C3%BC", "file://localhost/c:/ü"));
    EXPECT_FALSE(same_file("file:///a", "file:///A"));
    EXPECT_FALSE(same_file("untitled:a", "untitled:a"));
}

}
}
