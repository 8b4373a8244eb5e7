#include "review/fields.h"

namespace countersign::review {

Json format_to_json(workspace::TextFormat const& format)
{
    return { { "encoding", name_of(encoding_names, format.encoding) }, { "line_end", name_of(line_end_names, format.line_end) },
        { "mixed_line_ends", format.mixed_line_ends }, { "final_newline", format.final_newline } };
}

Result<workspace::TextFormat> format_from_json(Json const& value, std::string path)
{
    auto fields = TRY(Fields::of(value, std::move(path)));
    workspace::TextFormat format;
    format.encoding = TRY(fields.one_of("encoding", encoding_names));
    format.line_end = TRY(fields.one_of("line_end", line_end_names));
    format.mixed_line_ends = TRY(fields.boolean("mixed_line_ends"));
    format.final_newline = TRY(fields.boolean("final_newline"));
    TRY(fields.all_known());
    return format;
}

bool is_relative_inside(std::string_view path)
{
    if (path.empty() || path.front() == '/' || path.find('\0') != std::string_view::npos)
        return false;
    std::string const closed = "/" + std::string(path) + "/";
    return closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos && closed.find("//") == std::string::npos;
}

}
