// Commands at the command line: the sandbox of this process, and questions at the terminal.
#pragma once

#include "cli/process.h"

#include "agent/command_gate.h"
#include "sandbox/broker.h"

namespace countersign::cli {

/// Starts the sandbox's broker; where that fails, commands are refused with its reason. Before anything is locked in.
void start_sandbox(Process& process);

/// What the person's settings and command line say of confining commands.
sandbox::BrokerOptions broker_options(Process const& process);

/// Reads one line from standard input: y, a (always) or no. The end of input is a no.
agent::Answered ask_at_terminal(agent::Question const& question, std::stop_token stop);

/// `question [y/N] ` on stderr, and whether the answer was yes.
bool asks_yes(std::string const& question);

}
