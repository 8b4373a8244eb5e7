#include "cli/commands_gate.h"

#include "sandbox/broker.h"
#include "session/questions.h"

#include <cstdio>
#include <fmt/core.h>
#include <iostream>

namespace countersign::cli {

namespace {

std::string answer_to(std::string const& question)
{
    fmt::print(stderr, "{}", question);
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer;
}

}

void start_sandbox(Process& process)
{
    sandbox::BrokerOptions options;
    options.environment = process.environment;
    auto started = sandbox::start_broker(options);
    if (started)
        process.services.sandbox = std::move(*started);
    else
        process.services.why_no_sandbox = started.error().message;
}

agent::Answered ask_at_terminal(agent::Question const& question, std::stop_token)
{
    std::string const answer = answer_to(
        fmt::format("{}\nRun it? [y/N{}] ", session::to_text(question), question.can_remember ? "/a = always in this workspace" : ""));
    if (answer == "y" || answer == "Y" || answer == "yes")
        return { agent::Answer::once, {} };
    if (question.can_remember && (answer == "a" || answer == "always"))
        return { agent::Answer::always, {} };
    return { agent::Answer::no, answer.empty() ? "nobody answered" : "you said no" };
}

bool asks_yes(std::string const& question)
{
    std::string const answer = answer_to(question + " [y/N] ");
    return answer == "y" || answer == "Y" || answer == "yes";
}

}
