// Ask: an instruction of the person's own, from the command's argument or from a comment `countersign: ...` at the cursor.
#include "actions/actions.h"
#include "actions/offers.h"

#include <array>
#include <fmt/core.h>

namespace countersign::actions {

namespace {

constexpr std::string_view marker = "countersign:";
constexpr std::array<std::string_view, 10> comment_openers { "//", "#", "/*", "*", "*>", "--", ";", "%", "<!--", "\"\"\"" };
constexpr std::array<std::string_view, 3> comment_closers { "*/", "-->", "\"\"\"" };

/// The instruction in one line, if the marker is the first word of a comment there.
std::string instruction_in(std::string_view line)
{
    std::size_t const at = line.find(marker);
    if (at == std::string_view::npos)
        return {};
    std::string_view const before = support::trim_end(line.substr(0, at));
    bool opened = false;
    for (std::string_view const opener : comment_openers)
        opened = opened || before.ends_with(opener);
    if (!opened)
        return {};
    std::string_view instruction = support::trim(line.substr(at + marker.size()));
    for (std::string_view const closer : comment_closers) {
        if (instruction.ends_with(closer))
            instruction = support::trim_end(instruction.substr(0, instruction.size() - closer.size()));
    }
    return std::string(instruction);
}

/// Looks at the lines that the selection touches, and at no more than a screen of them.
std::string instruction_at(std::string_view text, ByteRange selection)
{
    constexpr std::size_t most = 16 * 1024;
    std::size_t const before = selection.begin == 0 ? std::string_view::npos : text.rfind('\n', selection.begin - 1);
    std::size_t const begin = before == std::string_view::npos ? 0 : before + 1;
    std::size_t const end = std::min({ text.find('\n', selection.end), text.size(), begin + most });
    for (std::string_view const line : support::split_lines(text.substr(begin, end - begin))) {
        if (std::string instruction = instruction_in(line); !instruction.empty())
            return instruction;
    }
    return {};
}

void offer_ask(Place const& place, std::vector<Offer>& offers)
{
    std::string instruction = instruction_at(place.text, place.selection);
    Offer offer { .title = "Ask", .kind = fmt::format("{}.ask", kind_rewrite), .action = "ask", .instruction = instruction };
    if (instruction.empty())
        offer.disabled = "write a comment `countersign: ...` on this line with what you want";
    else
        offer.title = fmt::format("Ask: {}", shortened(instruction, 60));
    offers.push_back(std::move(offer));
}

Result<agent::Task> make_ask_task(Choice const& choice, workspace::Snapshot const& snapshot)
{
    if (support::trim(choice.instruction).empty())
        return fail(ErrorCode::invalid_params, "ask needs an instruction: give one, or write a comment `countersign: ...` in the code");
    return make_task_for("ask", fmt::format("Ask: {} in", shortened(choice.instruction, 60)), choice, snapshot, false);
}

}

extern Action const ask_action {
    .name = "ask",
    .command = "countersign.ask",
    .offer = offer_ask,
    .make_task = make_ask_task,
};

}
