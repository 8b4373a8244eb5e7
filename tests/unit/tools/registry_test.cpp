#include "tests/unit/tools/tool_fixture.h"

#include "support/text.h"

#include <stdexcept>

namespace countersign::tools {
namespace {

using ::testing::HasSubstr;

Result<std::string> throws(Context&, Json const&) { throw std::runtime_error("a defect"); }
Result<std::string> says_much(Context&, Json const&)
{
    std::string text;
    while (text.size() < 10'000)
        text += "ä";
    return text;
}
constexpr std::string_view no_arguments = R"({"type":"object","additionalProperties":false})";

class RegistryTest : public ToolTest {
protected:
    RegistryTest() { set_files({ { "a.txt", "text\n" } }); }
};

TEST_F(RegistryTest, describes_every_tool_by_a_closed_schema)
{
    std::set<std::string_view> names;
    for (Tool const& tool : registry()) {
        EXPECT_TRUE(names.insert(tool.name).second) << tool.name;
        EXPECT_FALSE(tool.description.empty()) << tool.name;
        auto const schema = support::parse_json(tool.schema);
        ASSERT_TRUE(schema) << tool.name;
        EXPECT_EQ(schema->at("type"), "object") << tool.name;
        EXPECT_EQ(schema->at("additionalProperties"), false) << tool.name;
    }
}

TEST_F(RegistryTest, names_the_tools_there_are_when_asked_for_another)
{
    std::string const text = call("run_shell", Json::object());
    EXPECT_THAT(text, HasSubstr("not_found: there is no tool \"run_shell\"; there are read_file, list_files, search"));
}

TEST_F(RegistryTest, shows_a_hostile_tool_name_on_one_line)
{
    EXPECT_THAT(call("x\n\x1b[2J", Json::object()), HasSubstr("\"x\\u{A}\\u{1B}[2J\""));
}

TEST_F(RegistryTest, refuses_wrong_arguments_before_the_tool_sees_them)
{
    EXPECT_EQ(call("read_file", Json::object()), "invalid_params: path: is missing");
    EXPECT_EQ(call("read_file", nullptr), "invalid_params: the arguments: expected an object, got null");
    EXPECT_EQ(call("read_file", { { "path", 7 } }), "invalid_params: path: expected a string, got the number 7");
}

TEST_F(RegistryTest, does_not_call_a_tool_once_the_run_is_stopped)
{
    stop_.request_stop();
    EXPECT_EQ(call("read_file", { { "path", "a.txt" } }), "cancelled: the run was stopped before this call ran");
}

TEST_F(RegistryTest, turns_what_a_tool_throws_into_an_internal_error)
{
    std::array const defective { Tool { "defective", "", no_arguments, Effect::reads, throws } };
    Context context { *overlay_, diagnostics_, {} };
    auto const result = tools::call(context, defective, "defective", Json::object());
    ASSERT_FALSE(result);
    EXPECT_EQ(to_string(result.error()), "internal: the tool defective failed: a defect");
}

TEST_F(RegistryTest, caps_a_result_between_characters_and_says_so)
{
    std::array const chatty { Tool { "chatty", "", no_arguments, Effect::reads, says_much } };
    Context context { *overlay_, diagnostics_, {}, 1001 };
    auto const result = tools::call(context, chatty, "chatty", Json::object());
    ASSERT_TRUE(result);
    EXPECT_LE(result->size(), 1001u);
    EXPECT_EQ(support::find_invalid_utf8(*result), std::string::npos);
    EXPECT_THAT(*result, HasSubstr("\n[cut: bytes 1 to 800 of 10000]"));
}

}
}
