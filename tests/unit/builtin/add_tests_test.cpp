#include "tool_loop.h"

namespace countersign::builtin {
namespace {

TEST(AddTests, placeholder) { }

}
}
