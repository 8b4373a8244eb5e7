#include "agent/task.h"

namespace countersign::agent {

Json task_header(std::string_view instruction)
{
    auto header = support::parse_json(instruction.substr(0, instruction.find('\n')));
    return header && header->is_object() ? std::move(*header) : Json::object();
}

}
