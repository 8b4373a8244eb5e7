// Commands that run nothing: what the tools ask for is kept, and a test says how it ends.
#pragma once

#include "tests/unit/tools/tool_fixture.h"

#include "tools/commands.h"

#include <functional>

namespace countersign::tools {

class FakeCommands final : public Commands {
public:
    Result<sandbox::Outcome> run(CommandCall const& call, std::stop_token) override
    {
        calls.push_back(call);
        return on_run ? on_run(call) : sandbox::Outcome {};
    }
    void add(Evidence added) override { evidence.push_back(std::move(added)); }
    std::vector<Evidence> take_evidence() override { return std::move(evidence); }

    std::optional<std::string> seen(std::string const& path) const
    {
        for (sandbox::ViewFile const& file : calls.back().request.view) {
            if (file.path == path)
                return file.bytes.value_or("(deleted)");
        }
        return std::nullopt;
    }

    std::vector<CommandCall> calls;
    std::vector<Evidence> evidence;
    std::function<Result<sandbox::Outcome>(CommandCall const&)> on_run;
};

inline sandbox::Outcome ended_with(int status, std::string output)
{
    sandbox::Outcome outcome;
    outcome.status = status;
    outcome.output = std::move(output);
    return outcome;
}

class CommandTest : public ToolTest {
protected:
    std::string run(std::string_view tool, Json const& arguments)
    {
        Context context { *overlay_, diagnostics_, stop_.get_token(), output_limit_, &seen_, &commands_ };
        auto const result = tools::call(context, tool, arguments);
        return result ? *result : to_string(result.error());
    }

    FakeCommands commands_;
};

}
