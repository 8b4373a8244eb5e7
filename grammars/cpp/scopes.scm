; C++: a name is in sight from its declarator's end to the end of its block. Names of members and labels are no variables; the
; preprocessor sees words, not names.

((function_definition) @scope.function)
((function_declarator) @scope.function (#set! unless_bound_by "function_definition"))
(lambda_expression) @scope.function
(type_descriptor declarator: (abstract_function_declarator) @scope.function)
(compound_statement) @scope.block
(for_range_loop) @scope.block
(catch_clause) @scope.block
(namespace_definition) @scope.block
(class_specifier) @scope.class
(struct_specifier) @scope.class
(union_specifier) @scope.class
(enum_specifier) @scope.block
(template_declaration) @scope.parameters
(requires_expression) @scope.block
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
((function_declarator declarator: (identifier) @name) (#set! kind "function") (#set! overloads "yes"))
(operator_name) @ignore
(type_definition declarator: (type_identifier) @name)
(type_definition (pointer_declarator declarator: (type_identifier) @name))
(type_definition (array_declarator declarator: (type_identifier) @name))
(type_definition (function_declarator declarator: (type_identifier) @name))
(class_specifier name: (type_identifier) @definition.type @outside body: (_))
(struct_specifier name: (type_identifier) @definition.type @outside body: (_))
(union_specifier name: (type_identifier) @definition.type @outside body: (_))
(enum_specifier name: (type_identifier) @definition.type @outside body: (_))
(enumerator name: (identifier) @definition.constant @outside)
(enum_specifier ["class" "struct"] body: (enumerator_list (enumerator name: (identifier) @ignore)))
(alias_declaration name: (type_identifier) @definition.type)
(concept_definition name: (identifier) @definition.type)
(namespace_definition name: (namespace_identifier) @ignore)
(namespace_alias_definition name: (namespace_identifier) @ignore)

; Members are found through objects too, and from other files.
((field_declaration) @bind.field (#set! reason "a member may be used through an object"))
(field_declaration declarator: (field_identifier) @name)
(pointer_declarator declarator: (field_identifier) @name)
(reference_declarator (field_identifier) @name)
(array_declarator declarator: (field_identifier) @name)
(parenthesized_declarator (field_identifier) @name)
((function_declarator declarator: (field_identifier) @name) (#set! kind "field") (#set! reason "a member may be used through an object"))
; A constructor is called as its class is.
(field_declaration_list (function_definition declarator: (function_declarator declarator: (identifier) @only_reference)))
(field_declaration_list (declaration declarator: (function_declarator declarator: (identifier) @only_reference)))

; Templates.
((type_parameter_declaration (type_identifier) @definition.type) (#set! stay "yes"))
((optional_type_parameter_declaration name: (type_identifier) @definition.type) (#set! stay "yes"))
((variadic_type_parameter_declaration (type_identifier) @definition.type) (#set! stay "yes"))
((template_parameter_list (parameter_declaration declarator: (identifier) @definition.parameter)) (#set! stay "yes"))
((template_parameter_list (optional_parameter_declaration declarator: (identifier) @definition.parameter)) (#set! stay "yes"))
((template_parameter_list (variadic_parameter_declaration (variadic_declarator (identifier) @definition.parameter)))
  (#set! stay "yes"))

; What C does not have.
((optional_parameter_declaration) @bind.parameter (#set! visible "here"))
((variadic_parameter_declaration) @bind.parameter (#set! visible "here"))
(optional_parameter_declaration declarator: (identifier) @name)
(variadic_declarator (identifier) @name)
(reference_declarator (identifier) @name)
(structured_binding_declarator (identifier) @name)
((for_range_loop declarator: (_) @bind.variable) (#set! visible "here"))
(for_range_loop declarator: (identifier) @name)
(for_range_loop right: (_) @outside)
((condition_clause value: (declaration declarator: (identifier) @name)))
(lambda_capture_initializer left: (identifier) @definition.variable)
(lambda_capture_initializer right: (_) @outside)
(using_declaration (identifier) @definition.import)
(using_declaration (qualified_identifier name: (identifier) @definition.import))

(assignment_expression left: (identifier) @write)
(update_expression argument: (identifier) @write)
(pointer_expression operator: "&" argument: (identifier) @reference)

; A name behind :: is looked up in what stands before it.
(qualified_identifier name: (identifier) @ignore)
(qualified_identifier name: (type_identifier) @ignore)
(qualified_identifier name: (template_function name: (identifier) @ignore))
(qualified_identifier name: (template_type name: (type_identifier) @ignore))
(destructor_name (identifier) @reference)
(attribute name: (identifier) @ignore)
(using_declaration (qualified_identifier name: (identifier) @definition.import))

; The preprocessor.
(preproc_def name: (identifier) @definition.macro)
(preproc_function_def name: (identifier) @definition.macro)
(preproc_params (identifier) @ignore)
(preproc_ifdef name: (identifier) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_if condition: (_) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_elif condition: (_) @uncertain.everywhere (#set! reason "the preprocessor looks for a macro of its name"))
(preproc_def value: (preproc_arg) @uncertain.everywhere (#set! reason "a macro's text uses it"))
(preproc_function_def value: (preproc_arg) @uncertain.everywhere (#set! reason "a macro's text uses it"))
