; Functions, however they come by their name, classes and what a module keeps.
(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(class_declaration name: (identifier) @name) @class
(method_definition name: (_) @name) @method

; A function that a name is given to is a function of that name.
(variable_declarator name: (identifier) @name
  value: [
    (arrow_function parameters: (_)? @parameters body: (_) @body)
    (function_expression parameters: (_) @parameters body: (_) @body)
    (generator_function parameters: (_) @parameters body: (_) @body)
  ]) @function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @class
(assignment_expression left: (member_expression) @name
  right: [
    (arrow_function parameters: (_)? @parameters body: (_) @body)
    (function_expression parameters: (_) @parameters body: (_) @body)
  ]) @function
(pair key: (property_identifier) @name
  value: [
    (arrow_function parameters: (_)? @parameters body: (_) @body)
    (function_expression parameters: (_) @parameters body: (_) @body)
  ]) @method
(field_definition property: (_) @name
  value: [
    (arrow_function parameters: (_)? @parameters body: (_) @body)
    (function_expression parameters: (_) @parameters body: (_) @body)
  ]) @method

(variable_declarator name: (identifier) @name
  !value) @variable
(variable_declarator name: (identifier) @name
  value: [
    (array) (object) (string) (number) (template_string) (true) (false) (null) (undefined) (identifier) (call_expression) (new_expression)
    (member_expression) (subscript_expression) (await_expression) (binary_expression) (unary_expression) (ternary_expression) (regex)
    (parenthesized_expression) (assignment_expression)
  ]) @variable

(arrow_function) @opaque
(function_expression) @opaque
(generator_function) @opaque
(class_static_block) @opaque
