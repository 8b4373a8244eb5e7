// The function that tests are added for: how it is named, reached and called from a test.
#pragma once

#include "builtin/branches.h"
#include "builtin/source.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::builtin {

/// The class that a method belongs to.
struct ClassShape {
    std::string name;
    std::vector<std::vector<Parameter>> constructors; ///< without receivers; empty: it declares none
    bool is_known = false;                            ///< its definition was seen
    bool is_private = false;                          ///< the method is not for callers outside
    bool is_static = false;                           ///< the method needs no object
};

struct Unit {
    std::string name;                  ///< "clamp"
    std::string scope;                 ///< enclosing namespaces or module, as written; may be empty
    std::string class_name;            ///< empty for a free function
    ClassShape shape;                  ///< of the class
    std::vector<Parameter> parameters; ///< without receivers
    std::vector<Branch> branches;
    std::string return_type; ///< as written; empty if not said
    bool is_async = false;
    bool is_generic = false;
    bool is_property = false; ///< Python's @property, a getter: read, not called
    std::string unreachable;  ///< why no test can call it, for people; empty if one can
    std::size_t first_line = 0, last_line = 0;

    std::string qualified(std::string_view separator) const;
};

/// `other` may hold the class that a C++ method is defined outside of; null if there is none.
Unit unit_of(Source const& source, syntax::Symbol const& symbol, Source const* other);

}
