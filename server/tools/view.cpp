#include "tools/view.h"

#include "workspace/ignore.h"

namespace countersign::tools {

Result<std::string> path_argument(Context const& context, Json const& arguments, char const* name)
{
    return context.overlay.snapshot().files().resolve(arguments.at(name).get_ref<std::string const&>());
}

std::optional<std::string> string_argument(Json const& arguments, char const* name)
{
    auto const found = arguments.find(name);
    return found == arguments.end() ? std::nullopt : std::optional(found->get<std::string>());
}

std::optional<std::size_t> number_argument(Json const& arguments, char const* name)
{
    auto const found = arguments.find(name);
    return found == arguments.end() ? std::nullopt : std::optional(found->get<std::size_t>());
}

void note_use(Context const& context, std::string const& path)
{
    if (context.observer)
        context.observer->used(path);
}

Result<Text> read(Context const& context, std::string const& path)
{
    note_use(context, path);
    return context.overlay.read(path);
}

Result<workspace::FileSource::Listing> files_matching(Context const& context, std::optional<std::string> const& glob)
{
    std::optional<workspace::Glob> pattern;
    if (glob)
        pattern = TRY(workspace::Glob::compile(*glob));
    if (context.observer)
        context.observer->listed();
    auto listing = TRY(context.overlay.list());
    if (pattern)
        std::erase_if(listing.paths, [&](std::string const& path) { return !pattern->matches(path); });
    return listing;
}

}
