#include "session/inert_markdown.h"

#include <gtest/gtest.h>

namespace countersign::session {
namespace {

TEST(InertMarkdown, makes_images_links_and_html_text)
{
    EXPECT_EQ(inert_markdown("see ![x](https://evil.example/?d=1)"), "see \\![x](https://evil.example/?d=1)");
    EXPECT_EQ(inert_markdown("![x][r] and <img src=x>, </b>, <!-- c -->, <?x"), "\\![x][r] and \\<img src=x>, \\</b>, \\<!-- c -->, \\<?x");
    EXPECT_EQ(inert_markdown("\\![x](y) \\\\![x](y)"), "\\![x](y) \\\\\\![x](y)");
    EXPECT_EQ(inert_markdown("a < b, 1 <2, wow! [x]"), "a < b, 1 <2, wow! [x]");
}

TEST(InertMarkdown, kills_links_that_do_something)
{
    EXPECT_EQ(inert_markdown("[a](command:x) [b]( <command:x>) [c](&#99;ommand:x) [d](javascript:1)"),
        "[a]\\(command:x) [b]\\( \\<command:x>) [c]\\(&#99;ommand:x) [d]\\(javascript:1)");
    EXPECT_EQ(inert_markdown("[r]: command:x"), "[r]\\: command:x");
    EXPECT_EQ(inert_markdown("[a](src/a.cpp#L3) [b](https://x.example/a:b) [c](#place) [d]: note"),
        "[a](src/a.cpp#L3) [b](https://x.example/a:b) [c](#place) [d]: note");
}

TEST(InertMarkdown, leaves_code_alone_where_it_is_certainly_code)
{
    std::string const code = "`vector<int>` and ``a ` <b>``\n\n```cpp\nstd::vector<int> v; // ![x](y)\n```\n~~~\n<b>\n```\n~~~\n";
    EXPECT_EQ(inert_markdown(code), code);
    EXPECT_EQ(inert_markdown("```\n<b>\n````x\n<b>"), "```\n<b>\n````x\n<b>");
    EXPECT_EQ(inert_markdown("```\n<b>\n  ````\n<b>"), "```\n<b>\n  ````\n\\<b>");
}

TEST(InertMarkdown, is_not_led_to_take_for_code_what_a_renderer_would_not)
{
    // A span that began a line earlier turns the rest round.
    EXPECT_EQ(inert_markdown("` a\nb ` ![x](u) `c`"), "` a\nb ` \\![x](u) `c`");
    EXPECT_EQ(inert_markdown("` a\n\n`<b>`"), "` a\n\n`<b>`");
    // A fence in a list ends with the list.
    EXPECT_EQ(inert_markdown("- a\n  ```\n![x](u)"), "- a\n  ```\n\\![x](u)");
    EXPECT_EQ(inert_markdown("> ```\n<b>"), "> ```\n\\<b>");
    EXPECT_EQ(inert_markdown("\\`<b>`"), "\\`\\<b>`");
}

}
}
