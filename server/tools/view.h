// What the tools see: the run's overlay, through the one gate for paths, with the observer told of everything that is used.
#pragma once

#include "tools/tool.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::tools {

using Text = std::shared_ptr<std::string const>;

/// The path in the argument `name`, through the jail's gate. Errors: as FileSource::resolve.
Result<std::string> path_argument(Context const& context, Json const& arguments, char const* name = "path");
/// The string in the optional argument `name`.
std::optional<std::string> string_argument(Json const& arguments, char const* name);
/// The number in the optional argument `name`; the schema has checked that it is an integer, at least 1.
std::optional<std::size_t> number_argument(Json const& arguments, char const* name);

/// Tells the observer that a resolved path, whether anything is there or not, was used.
void note_use(Context const& context, std::string const& path);

/// The text of a resolved path as the run sees it; the observer is told. Errors: as Overlay::read.
Result<Text> read(Context const& context, std::string const& path);

/// The files as the run sees them that `glob` (all without one) names, sorted; the observer is told. Errors: invalid_params (the glob).
Result<workspace::FileSource::Listing> files_matching(Context const& context, std::optional<std::string> const& glob);

}
