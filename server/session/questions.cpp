#include "session/questions.h"

#include "support/hash.h"
#include "support/log.h"
#include "support/text.h"

#include <array>
#include <fmt/core.h>

namespace countersign::session {

namespace {

struct Choice {
    std::string_view title;  ///< in a dialogue
    std::string_view answer; ///< in a command
    agent::Answer means;
};

/// The safe one first.
constexpr std::array<Choice, 3> choices { {
    { "Deny", "deny", agent::Answer::no },
    { "Allow once", "once", agent::Answer::once },
    { "Allow always in this workspace", "always", agent::Answer::always },
} };

bool is_offered(Choice const& choice, agent::Question const& question)
{
    return choice.means != agent::Answer::always || question.can_remember;
}

}

std::string to_text(agent::Question const& question)
{
    if (question.is_unconfined)
        return fmt::format(
            "Countersign: run this command WITHOUT a sandbox?\n{}\nOn a copy of {}, in {}, but with your rights: it can reach your "
            "files, the network and everything that runs.{}",
            question.command, support::escape_for_display(question.workspace), question.directory,
            question.reason.empty() ? "" : fmt::format(" Note: {}.", question.reason));
    std::string text = fmt::format("Countersign: run this command in the sandbox?\n{}\nIn {} of {}. Level {}: it sees unsaved and proposed "
                                   "text, {}, and changes nothing on disk.",
        question.command, question.directory, support::escape_for_display(question.workspace), sandbox::to_string(question.level),
        question.hosts.empty() ? "has no network" : fmt::format("reaches only {}", support::join(question.hosts, ", ")));
    if (!question.reason.empty())
        text += fmt::format(" Note: {}.", question.reason);
    return text;
}

agent::Answered Questions::ask(agent::Question const& question, std::stop_token stop)
{
    std::string const id = support::random_hex(8);
    auto const waiting = std::make_shared<Waiting>();
    client_.connection().post([this, id, question, waiting] {
        asked_[id] = { question, waiting, false };
        show(id);
    });
    agent::Answered answered { agent::Answer::no, "nobody answered" };
    {
        std::unique_lock lock(waiting->mutex);
        waiting->changed.wait_for(lock, stop, patience_, [&] { return waiting->answered.has_value(); });
        if (waiting->answered)
            answered = *waiting->answered;
    }
    client_.connection().post([this, id] { asked_.erase(id); });
    return answered;
}

void Questions::show(std::string const& id)
{
    auto const found = asked_.find(id);
    if (found == asked_.end())
        return;
    found->second.by_dialogue = client_.profile().answers_questions;
    if (found->second.by_dialogue)
        show_dialogue(id);
    else
        tell(id);
}

void Questions::tell(std::string const& id)
{
    agent::Question const& question = asked_.at(id).question;
    client_.warn(fmt::format(
        "{}\nAnswer with one of the code actions \"Allow once: ...\" and \"Deny: ...\", which are in every file.", to_text(question)));
}

void Questions::show_dialogue(std::string const& id)
{
    agent::Question const& question = asked_.at(id).question;
    protocol::ShowMessageRequestParams params { .type = protocol::MessageType::warning, .message = to_text(question) };
    std::vector<protocol::MessageActionItem> actions;
    for (Choice const& choice : choices) {
        if (is_offered(choice, question))
            actions.push_back({ .title = std::string(choice.title) });
    }
    params.actions = std::move(actions);
    client_.request<protocol::ShowMessageRequest>(std::move(params), [this, id](auto const& answer) {
        auto const found = asked_.find(id);
        if (found == asked_.end())
            return;
        if (!answer && answer.error().code == protocol::ResponseCode::method_not_found) {
            // It said that it could; the code actions are left.
            found->second.by_dialogue = false;
            return tell(id);
        }
        if (!answer)
            return settle(id, { agent::Answer::no, "the editor could not ask" });
        if (!*answer)
            return settle(id, { agent::Answer::no, "the question was closed without an answer" });
        for (Choice const& choice : choices) {
            if ((**answer).title == choice.title && is_offered(choice, found->second.question))
                return settle(id, { choice.means, choice.means == agent::Answer::no ? "you said no" : "" });
        }
        settle(id, { agent::Answer::no, "the editor answered what was not offered" });
    });
}

std::vector<Questions::Open> Questions::open() const
{
    std::vector<Open> found;
    for (auto const& [id, asked] : asked_) {
        if (!asked.by_dialogue)
            found.push_back({ id, asked.question });
    }
    return found;
}

Result<> Questions::answer(Json const& argument)
{
    std::string const id = support::string_or(argument, "question"), word = support::string_or(argument, "answer");
    if (id.empty() || word.empty())
        return fail(ErrorCode::invalid_params, "params.arguments[0]: expected {question, digest, answer}");
    auto const found = asked_.find(id);
    if (found == asked_.end() || found->second.by_dialogue)
        return fail(ErrorCode::not_found, "that question is not open: it was answered, or its run has ended");
    agent::Question const& question = found->second.question;
    if (support::string_or(argument, "digest") != question.digest)
        return fail(
            ErrorCode::denied, "the answer is about another command than the one that is asked about; ask for the code actions again");
    for (Choice const& choice : choices) {
        if (word == choice.answer && is_offered(choice, question)) {
            settle(id, { choice.means, choice.means == agent::Answer::no ? "you said no" : "" });
            return {};
        }
    }
    return fail(ErrorCode::invalid_params, "params.arguments[0].answer: expected one that was offered");
}

void Questions::settle(std::string const& id, agent::Answered answered)
{
    auto const found = asked_.find(id);
    if (found == asked_.end())
        return;
    auto const waiting = found->second.waiting;
    asked_.erase(found);
    {
        std::lock_guard const lock(waiting->mutex);
        if (waiting->answered)
            return;
        waiting->answered = std::move(answered);
    }
    waiting->changed.notify_all();
}

}
