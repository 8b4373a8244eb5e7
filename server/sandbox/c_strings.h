// Texts as execve and posix_spawn take them: pointers into the texts, which must stay, and a null pointer at the end.
#pragma once

#include <string>
#include <vector>

namespace countersign::sandbox {

inline std::vector<char*> c_strings(std::vector<std::string>& texts)
{
    std::vector<char*> pointers(texts.size() + 1, nullptr);
    for (std::size_t index = 0; index < texts.size(); ++index)
        pointers[index] = texts[index].data();
    return pointers;
}

}
