// Code that an attacker might get to run inside the server: each attempt tries to do harm once and says what came of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace countersign::hostile {

struct Surroundings {
    std::filesystem::path workspace; ///< with the files that prepare_workspace makes
    std::filesystem::path own;       ///< what must stay writable
    std::uint16_t provider_port = 0; ///< where a connection must be possible; somebody listens
    std::uint16_t other_port = 0;    ///< where it must not; somebody listens, too
    std::filesystem::path socket;    ///< of a listener in the file system
};

struct Attempt {
    std::string name;
    bool is_harmful = false; ///< else it is something that the server needs
    int error = 0;           ///< errno, 0 if it succeeded
};

/// Files for `who`, one for each thread that will try: attempts that succeed must not disturb the next thread's.
void prepare_workspace(std::filesystem::path const& workspace, std::string const& who);

/// Tries everything on the calling thread.
std::vector<Attempt> try_everything(Surroundings const& surroundings, std::string const& who);

}
