#include "tools/parse.h"

#include "tools/text_output.h"

#include <fmt/core.h>

namespace countersign::tools {

syntax::Language const* language_of(std::string const& path, std::string_view text)
{
    return syntax::find_language(path, {}, text.substr(0, std::min(text.find('\n'), std::size_t { 200 })));
}

Result<syntax::Tree> parse(std::string const& path, Text const& text)
{
    auto const* language = language_of(path, *text);
    if (!language)
        return fail(ErrorCode::invalid_params, fmt::format("there is no grammar for {}; use read_file or search", one_line(path)));
    return syntax::Tree::parse(*language, text);
}

}
