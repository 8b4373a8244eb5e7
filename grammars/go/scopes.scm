; Go: blocks are scopes, and if, for, switch and their cases have one of their own. Parameters and results live in the body's
; scope. := binds what its scope does not have yet, and assigns the rest; a name is in sight from the end of its statement.

(function_declaration) @scope.function
(method_declaration) @scope.function
(func_literal) @scope.function
(method_elem) @scope.function
(function_type) @scope.function
(block) @scope.block
(if_statement) @scope.block
(for_statement) @scope.block
(expression_switch_statement) @scope.block
(type_switch_statement) @scope.block
(expression_case) @scope.block
(default_case) @scope.block
(type_case) @scope.block
(communication_case) @scope.block
(type_spec) @scope.block

(identifier) @reference
(type_identifier) @reference

(function_declaration name: (identifier) @definition.function @outside)
(type_spec name: (type_identifier) @definition.type @outside)
(type_alias name: (type_identifier) @definition.type)
(type_parameter_declaration name: (identifier) @definition.type)
(parameter_declaration name: (identifier) @definition.parameter)
(variadic_parameter_declaration name: (identifier) @definition.parameter)

((short_var_declaration left: (_)) @bind.variable (#set! visible "after"))
(short_var_declaration left: (expression_list (identifier) @name))
((range_clause left: (expression_list (identifier) @definition.variable) ":=") (#set! visible "after"))
(range_clause left: (expression_list (identifier) @write) "=")
(range_clause right: (_) @outside)
((receive_statement left: (expression_list (identifier) @definition.variable) ":=") (#set! visible "after"))
(receive_statement left: (expression_list (identifier) @write) "=")
(type_switch_statement alias: (expression_list (identifier) @definition.variable))
(type_switch_statement value: (_) @outside)
((var_spec) @bind.variable (#set! visible "after"))
(var_spec name: (identifier) @name)
((const_spec) @bind.constant (#set! visible "after"))
(const_spec name: (identifier) @name)

(assignment_statement left: (expression_list (identifier) @write))
(inc_statement (identifier) @write)
(dec_statement (identifier) @write)

(import_spec name: (package_identifier) @definition.import)

((identifier) @ignore (#eq? @ignore "_"))

; In T{name: value} the name is a field's if T is a struct, and a value if T is a map or an array. Of types in other files it is
; not known, but their small-letter fields could not be named here.
(type_spec name: (type_identifier) @known_type type: (struct_type))
(composite_literal type: (type_identifier) body: (literal_value (keyed_element key: (literal_element (identifier) @uncertain)))
  (#set! unless "known_type") (#set! reason "as the key of a literal it may be a field's name"))
(composite_literal type: (generic_type) body: (literal_value (keyed_element key: (literal_element (identifier) @uncertain)))
  (#set! unless "known_type") (#set! reason "as the key of a literal it may be a field's name"))
(literal_element (literal_value (keyed_element key: (literal_element (identifier) @uncertain)))
  (#set! unless "known_type") (#set! reason "as the key of a literal it may be a field's name"))
(composite_literal type: (struct_type) body: (literal_value (keyed_element key: (literal_element (identifier) @ignore))))
