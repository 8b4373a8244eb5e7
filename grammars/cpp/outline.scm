; C++ wraps names in declarators: the engine unwraps @declarator, and a function's makes a @variable a function.
(function_definition declarator: (_) @declarator) @function
(declaration declarator: (_) @declarator) @variable
(field_declaration declarator: (_) @declarator) @variable
(type_definition declarator: (_) @declarator) @type
(class_specifier name: (_) @name body: (_)) @class
(struct_specifier name: (_) @name body: (_)) @struct
(union_specifier name: (_) @name body: (_)) @struct
(enum_specifier name: (_) @name body: (_)) @enum
(namespace_definition name: (_) @name) @module
(alias_declaration name: (type_identifier) @name) @type
(namespace_alias_definition name: (_) @name) @type
(concept_definition name: (identifier) @name) @type
(preproc_def name: (identifier) @name) @macro
(preproc_function_def name: (identifier) @name) @macro
(lambda_expression) @opaque
