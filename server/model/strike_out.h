// A secret taken out of text that is shown or kept. Pure.
#pragma once

#include <string>
#include <string_view>

namespace countersign::model {

/// `text` with "[key]" wherever `secret` stands, plain or as JSON escapes it. Where the text ends in the middle of the secret, the part
/// is taken out too: strike out first, then cut. Secrets of less than four bytes stay, they would be everywhere.
std::string without_secret(std::string_view text, std::string_view secret);

}
