// One function a subcommand, each in the .cpp of its name. They return the exit status.
#pragma once

#include "cli/audit.h"
#include "cli/process.h"

#include <string>
#include <vector>

namespace countersign::cli {

struct RunArguments {
    std::string action;
    std::string place; ///< FILE[:LINE[:COL][-LINE[:COL]]]
    std::string instruction;
    std::string format = "text";
    bool apply = false;
};

struct SandboxArguments {
    std::vector<std::string> argv;
    bool diff = false;
    int level = 2;
    int timeout = 0; ///< seconds; 0 is the usual limit
};

struct UndoArguments {
    std::string proposal; ///< empty: what was applied last
    std::string since;
};

int run_lsp(Process process);
int run_run(Process& process, RunArguments const& arguments);
int run_tool(Process& process, std::string const& name, std::string const& arguments);
int run_undo(Process& process, UndoArguments const& arguments);
int run_replay(Process& process, std::string const& run);
int run_sandbox(Process& process, SandboxArguments const& arguments);
int run_doctor(Process& process);
int run_audit(Process const& process, AuditArguments const& arguments);
int run_config(Process& process, std::string const& what);

}
