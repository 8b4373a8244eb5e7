; C: a name is in sight from its declarator's end to the end of its block. Names of members and labels are no variables; the
; preprocessor sees words, not names.

((function_definition) @scope.function)
((function_declarator) @scope.function (#set! unless_bound_by "function_definition"))
(compound_statement) @scope.block
(for_statement) @scope.block
(if_statement) @scope.block
(while_statement) @scope.block
(switch_statement) @scope.block

(identifier) @reference
(type_identifier) @reference

; struct x means the tag, even where a variable is called x.
((struct_specifier name: (type_identifier) @reference) (#set! only "type"))
((union_specifier name: (type_identifier) @reference) (#set! only "type"))
((enum_specifier name: (type_identifier) @reference) (#set! only "type"))

; Declarations bind the innermost identifiers of their declarators.
(function_definition) @bind.function
((declaration) @bind.variable (#set! visible "here"))
((parameter_declaration) @bind.parameter (#set! visible "here"))
((type_definition) @bind.type (#set! visible "here"))
(declaration declarator: (identifier) @name)
(init_declarator declarator: (identifier) @name)
(pointer_declarator declarator: (identifier) @name)
(array_declarator declarator: (identifier) @name)
(parenthesized_declarator (identifier) @name)
(attributed_declarator (identifier) @name)
(parameter_declaration declarator: (identifier) @name)
((function_declarator declarator: (identifier) @name) (#set! kind "function"))
(type_definition declarator: (type_identifier) @name)
(type_definition (pointer_declarator declarator: (type_identifier) @name))
(type_definition (array_declarator declarator: (type_identifier) @name))
(type_definition (function_declarator declarator: (type_identifier) @name))
(struct_specifier name: (type_identifier) @definition.type body: (_))
(union_specifier name: (type_identifier) @definition.type body: (_))
(enum_specifier name: (type_identifier) @definition.type body: (_))
((enumerator name: (identifier) @definition.constant) (#set! visible "here"))

(assignment_expression left: (identifier) @write)
(update_expression argument: (identifier) @write)
(pointer_expression operator: "&" argument: (identifier) @reference)

; The preprocessor.
(preproc_def name: (identifier) @definition.macro)
(preproc_function_def name: (identifier) @definition.macro)
(preproc_params (identifier) @ignore)
(preproc_ifdef name: (identifier) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_if condition: (_) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_elif condition: (_) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_def value: (preproc_arg) @uncertain.everywhere (#set! reason "a macro's text uses it"))
(preproc_function_def value: (preproc_arg) @uncertain.everywhere (#set! reason "a macro's text uses it"))
