; JavaScript: let, const and class live in blocks, var in functions, and a function's name in the block that it stands in.

(function_declaration) @scope.function
(function_expression) @scope.function
(generator_function_declaration) @scope.function
(generator_function) @scope.function
(arrow_function) @scope.function
(method_definition) @scope.function
(class_static_block) @scope.function
; A default value does not see what the body declares.
((statement_block) @scope.block (#set! body "own"))
(for_statement) @scope.block
(for_in_statement) @scope.block
(catch_clause) @scope.block
(switch_body) @scope.block
(class) @scope.block

(identifier) @reference
(shorthand_property_identifier) @reference @shorthand

(function_declaration name: (identifier) @definition.function @outside)
(generator_function_declaration name: (identifier) @definition.function @outside)
(class_declaration name: (identifier) @definition.type)
(function_expression name: (identifier) @definition.function)
(generator_function name: (identifier) @definition.function)
(class name: (identifier) @definition.type)

; Parameters and patterns.
(formal_parameters) @bind.parameter
(formal_parameters (identifier) @name)
(arrow_function parameter: (identifier) @definition.parameter)
(catch_clause parameter: (_) @bind.variable)
(catch_clause parameter: (identifier) @name)
(object_pattern (shorthand_property_identifier_pattern) @name @shorthand)
(object_assignment_pattern left: (shorthand_property_identifier_pattern) @name @shorthand)
(pair_pattern value: (identifier) @name)
(array_pattern (identifier) @name)
(assignment_pattern left: (identifier) @name)
(rest_pattern (identifier) @name)

; Variables.
(lexical_declaration (variable_declarator) @bind.variable)
((variable_declaration (variable_declarator) @bind.variable) (#set! hoist "function"))
(variable_declarator name: (identifier) @name)
(for_in_statement kind: ["let" "const"] left: (_) @bind.variable)
((for_in_statement kind: "var" left: (_) @bind.variable) (#set! hoist "function"))
(for_in_statement kind: _ left: (identifier) @name)
(for_in_statement !kind left: (identifier) @write)
(for_in_statement !kind left: (_) @bind.write)
(for_in_statement right: (_) @outside)

; Writes.
(assignment_expression left: (_) @bind.write)
(assignment_expression left: (identifier) @write)
(augmented_assignment_expression left: (identifier) @write)
(update_expression argument: (identifier) @write)

; Imports and exports name things of other files.
(import_clause (identifier) @definition.import)
(namespace_import (identifier) @definition.import)
(import_specifier name: (identifier) @ignore alias: (_))
(import_specifier alias: (identifier) @definition.import)
((import_specifier !alias name: (identifier) @definition.import)
  (#set! reason "the module that it is imported from calls it so"))
(export_statement (export_clause (export_specifier name: (identifier) @uncertain))
  (#set! reason "other files import it by this name"))
(export_statement (export_clause (export_specifier alias: (identifier) @ignore)))
(export_statement (export_clause (export_specifier name: (identifier) @ignore)) source: (_))

; A lower-case tag is an element of HTML.
((jsx_opening_element name: (identifier) @ignore) (#lower? @ignore))
((jsx_closing_element name: (identifier) @ignore) (#lower? @ignore))
((jsx_self_closing_element name: (identifier) @ignore) (#lower? @ignore))

; Code as text, and objects as scopes.
((call_expression function: (identifier) @_call) @dynamic
  (#eq? @_call "eval")
  (#set! reason "code that eval runs may use it"))
((with_statement) @dynamic
  (#set! reason "inside with, a name may mean an object's property"))
