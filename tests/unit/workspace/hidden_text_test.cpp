#include "workspace/hidden_text.h"

#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

TEST(HiddenText, escapes_what_a_person_does_not_see)
{
    std::pair<char const*, char const*> const cases[] = {
        { "a\u200bb", "a\\u{200B}b" },
        { "pass\u200cword", "pass\\u{200C}word" },
        { "x\u202ey\u202c", "x\\u{202E}y\\u{202C}" },
        { "\u2066x\u2069", "\\u{2066}x\\u{2069}" },
        { "hi\U000E0069\U000E0067", "hi\\u{E0069}\\u{E0067}" },
        { "\x1b[2J\x07", "\\u{1B}[2J\\u{7}" },
        { "\u3164=1", "\\u{3164}=1" },
        { "a\ufe01b", "a\\u{FE01}b" },
        { "\u2764\ufe0f\ufe0e", "\u2764\ufe0f\\u{FE0E}" },
        { "\U0001F3F4\U000E0067\U000E0062\U000E0078\U000E007F", "\U0001F3F4\\u{E0067}\\u{E0062}\\u{E0078}\\u{E007F}" },
        { "\ufeffint", "\\u{FEFF}int" },
        { "a\u2028b", "a\\u{2028}b" },
    };
    for (auto const& [text, shown] : cases)
        EXPECT_EQ(escape_hidden(text), shown);
}

TEST(HiddenText, leaves_everything_else_byte_for_byte)
{
    for (char const* text : { "int main() { }\r\n\tx\f", "na\u00efve \u4f60\u597d",
             "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001F468\u200d\U0001F469\u200d\U0001F467",
             "\u2764\ufe0f 1\ufe0f\u20e3", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "", "\\u{200B}" }) {
        EXPECT_EQ(escape_hidden(text), text);
        EXPECT_EQ(count_hidden(text), 0u) << text;
    }
    std::string const broken = "a\xff\xfe b\xc3";
    EXPECT_EQ(escape_hidden(broken), broken);
}

}
}
