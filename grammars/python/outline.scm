; What a reader of a Python file looks for: classes, functions, and the names that a module or class sets.
(class_definition name: (identifier) @name) @class
(function_definition name: (identifier) @name) @function

; The docstring is the first statement of the body.
(class_definition name: (identifier) @name body: (block . (expression_statement . (string) @doc .))) @class
(function_definition name: (identifier) @name body: (block . (expression_statement . (string) @doc .))) @function

(assignment left: (identifier) @name) @variable
(type_alias_statement left: (type (identifier) @name)) @type
(type_alias_statement left: (type (generic_type (identifier) @name))) @type
(lambda) @opaque
