// Questions to the person about commands, from the runs' threads to the editor and back. Where the editor answers
// window/showMessageRequest, it is asked so; elsewhere the answers are code actions in every file, and status names the question.
//
// What is no yes is a no: no answer in time, a dialogue that was closed, an answer that nobody offered, a second answer, one to another
// question, a run that was stopped. Titles are fixed and say no first: some editors take the first one for a mere Return.
#pragma once

#include "agent/command_gate.h"
#include "session/client.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace countersign::session {

class Questions {
public:
    /// `patience` is how long an answer is waited for.
    Questions(Client& client, std::chrono::milliseconds patience) : client_(client), patience_(patience) { }

    /// Blocks until it is answered. The threads of runs, which must end before this does.
    agent::Answered ask(agent::Question const& question, std::stop_token stop);

    /// One that waits for an answer as a code action. Main thread.
    struct Open {
        std::string id;
        agent::Question question;
    };
    std::vector<Open> open() const;

    /// From the command behind a code action: {question, digest, answer}. Main thread. Errors: invalid_params, not_found (no such question:
    /// answered already, or its run has ended), denied (it is about another command than the one that was shown).
    Result<> answer(Json const& argument);

private:
    /// Shared between the run that waits and the main thread.
    struct Waiting {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::optional<agent::Answered> answered;
    };
    struct Asked {
        agent::Question question;
        std::shared_ptr<Waiting> waiting;
        bool by_dialogue = false;
    };

    void show(std::string const& id);
    void show_dialogue(std::string const& id);
    void tell(std::string const& id);
    void settle(std::string const& id, agent::Answered answered);

    Client& client_;
    std::chrono::milliseconds patience_;
    std::map<std::string, Asked> asked_; ///< main thread
};

/// The whole question as text for a dialogue or a message.
std::string to_text(agent::Question const& question);

}
