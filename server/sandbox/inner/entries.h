// What lies in a folder, by descriptor: nothing here follows a link or opens what it finds.
#pragma once

#include <string>
#include <sys/stat.h>
#include <vector>

namespace countersign::sandbox::inner {

struct Entry {
    std::string name;
    struct stat status; ///< of the entry itself
};

/// The entries of the open folder, by name. One that vanishes meanwhile is left out.
std::vector<Entry> entries_of(int folder);

/// The target of a link; empty if it is none.
std::string read_link(int folder, std::string const& name);

/// How an overlay writes down that a file below is gone: a character device 0:0.
bool is_whiteout(struct stat const& status);

/// Whether an overlay's folder hides the one below it.
bool is_opaque(int folder);

}
