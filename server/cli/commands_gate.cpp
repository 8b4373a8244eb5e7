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

sandbox::BrokerOptions broker_options(Process const& process)
{
    sandbox::BrokerOptions options;
    options.environment = process.environment;
    options.image = process.settings.sandbox_image;
    options.backend = process.without_sandbox  ? sandbox::BackendKind::none
        : process.settings.sandbox == "podman" ? sandbox::BackendKind::podman
        : process.settings.sandbox == "docker" ? sandbox::BackendKind::docker
                                               : sandbox::BackendKind::bwrap;
    return options;
}

void start_sandbox(Process& process)
{
    auto started = sandbox::start_broker(broker_options(process));
    process.services.unconfined = process.without_sandbox;
    if (process.without_sandbox)
        fmt::print(stderr, "countersign: {}\n", session::unconfined_banner);
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
