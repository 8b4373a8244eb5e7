// Every folder of grammars/ is complete, its queries compile, and what they capture is known.
#include "syntax/language.h"
#include "syntax/outline.h"
#include "syntax/query.h"
#include "syntax/scopes.h"

#include "syntax/language_table.h"

#include <gtest/gtest.h>
#include <set>

using namespace countersign;
using namespace countersign::syntax;

namespace {

void expect_known_captures(
    EmbeddedLanguage const& entry, std::string_view part, std::string_view source, std::set<std::string> const& known)
{
    std::string const what = std::string(entry.folder) + "/" + std::string(part);
    auto const query = Query::compile(entry.grammar(), source, what);
    ASSERT_TRUE(query) << query.error().message;
    EXPECT_GT(query->patterns().size(), 0u) << what;
    for (std::string const& name : query->capture_names())
        EXPECT_TRUE(known.contains(name)) << what << " captures @" << name << ", which nothing reads";
}

}

TEST(languages, have_queries_that_compile_and_capture_known_names)
{
    ASSERT_GE(embedded_languages().size(), 12u);
    for (EmbeddedLanguage const& entry : embedded_languages()) {
        expect_known_captures(entry, "outline.scm", entry.outline,
            { "function", "method", "class", "struct", "interface", "enum", "module", "type", "constant", "variable", "macro", "name",
                "declarator", "parameters", "body", "doc", "container", "opaque" });
    }
}
