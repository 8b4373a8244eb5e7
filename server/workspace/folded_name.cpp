#include "workspace/folded_name.h"

#include "support/text.h"

#include <array>

namespace countersign::workspace {

namespace {

struct Fold {
    std::string_view character;
    std::string_view ascii;
};

/// What HFS+ leaves out when it compares names (git's list), and what has an ASCII case folding or canonical equivalent (Unicode's
/// CaseFolding.txt, full foldings, as APFS compares; NTFS upper-cases the dotless i).
constexpr std::array folds = std::to_array<Fold>({
    { "\u200c", "" },
    { "\u200d", "" },
    { "\u200e", "" },
    { "\u200f", "" },
    { "\u202a", "" },
    { "\u202b", "" },
    { "\u202c", "" },
    { "\u202d", "" },
    { "\u202e", "" },
    { "\u206a", "" },
    { "\u206b", "" },
    { "\u206c", "" },
    { "\u206d", "" },
    { "\u206e", "" },
    { "\u206f", "" },
    { "\ufeff", "" },
    { "\u017f", "s" },
    { "\u212a", "k" },
    { "\u0130", "i" },
    { "\u0131", "i" },
    { "\u00df", "ss" },
    { "\u1e9e", "ss" },
    { "\ufb00", "ff" },
    { "\ufb01", "fi" },
    { "\ufb02", "fl" },
    { "\ufb03", "ffi" },
    { "\ufb04", "ffl" },
    { "\ufb05", "st" },
    { "\ufb06", "st" },
});

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}

std::string fold_name(std::string_view path)
{
    std::string folded = support::to_lower_ascii(path);
    if (std::all_of(folded.begin(), folded.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return folded;
    for (Fold const& fold : folds)
        replace_all(folded, fold.character, fold.ascii);
    return folded;
}

std::string_view without_ntfs_tail(std::string_view name)
{
    name = name.substr(0, name.find(':'));
    std::size_t const last = name.find_last_not_of(". ");
    return last == std::string_view::npos ? std::string_view {} : name.substr(0, last + 1);
}

bool fits_pattern(std::string_view name, std::string_view pattern)
{
    std::size_t const star = pattern.find('*');
    if (star == std::string_view::npos)
        return name == pattern;
    std::string_view const head = pattern.substr(0, star);
    std::string_view const tail = pattern.substr(star + 1);
    return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

bool ends_in_folder(std::string_view path, std::string_view folder)
{
    return path.ends_with(folder) && (folder.empty() || path.size() == folder.size() || path[path.size() - folder.size() - 1] == '/');
}

}
