#include "syntax/tree.h"

#include <gtest/gtest.h>

using namespace countersign;
using namespace countersign::syntax;

TEST(tree, parses_an_empty_text)
{
    for (Language const& language : languages()) {
        auto const tree = Tree::parse(language, std::make_shared<std::string const>());
        ASSERT_TRUE(tree) << language.name << ": " << to_string(tree.error());
        EXPECT_EQ(tree->error_count(), 0u) << language.name;
    }
}
