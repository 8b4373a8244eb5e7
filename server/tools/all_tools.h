// The tools, one file each; registry.cpp puts them in order.
#pragma once

#include "tools/tool.h"

namespace countersign::tools {

extern Tool const read_file_tool;
extern Tool const list_files_tool;
extern Tool const search_tool;
extern Tool const outline_tool;
extern Tool const references_tool;
extern Tool const diagnostics_tool;
extern Tool const edit_file_tool;
extern Tool const create_file_tool;
extern Tool const delete_file_tool;
extern Tool const move_file_tool;
extern Tool const run_command_tool;
extern Tool const run_tests_tool;

}
