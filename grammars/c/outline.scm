; C wraps names in declarators: the engine unwraps @declarator, and a function's makes a @variable a function.
(function_definition declarator: (_) @declarator) @function
(declaration declarator: (_) @declarator) @variable
(type_definition declarator: (_) @declarator) @type
(struct_specifier name: (type_identifier) @name body: (_)) @struct
(union_specifier name: (type_identifier) @name body: (_)) @struct
(enum_specifier name: (type_identifier) @name body: (_)) @enum
(preproc_def name: (identifier) @name) @macro
(preproc_function_def name: (identifier) @name) @macro
