// The command line: subcommands, exit statuses, and what is wired to what. Results go to stdout, everything else to stderr.
#pragma once

namespace countersign::cli {

/// What the program says of itself to the shell.
enum Exit : int {
    exit_done = 0,
    exit_nothing = 1, ///< nothing proposed, or refused
    exit_usage = 2,   ///< wrong arguments or configuration
    exit_provider = 3,
    exit_budget = 4,
};

/// Parses the arguments and runs the subcommand. Returns the exit status.
int run(int argc, char** argv);

}
