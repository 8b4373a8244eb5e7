// A model's words as a document that an editor may render: nothing in it is fetched, run or taken for HTML. Pure.
#pragma once

#include <string>
#include <string_view>

namespace countersign::session {

/// `markdown` with images made plain links, HTML made text, and links dead that lead anywhere but to a web page, a file or a place in
/// the document. What is certainly code stays byte for byte; where renderers could disagree whether it is, it is not taken for code.
std::string inert_markdown(std::string_view markdown);

}
