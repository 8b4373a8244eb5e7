; Rust: each let is a new binding, in sight behind its statement. Items are in sight in all of their block; a nested fn sees
; items, not the variables around it. A lower-case name in a pattern is bound, an upper-case one is looked up.

(function_item) @scope.closed
(function_signature_item) @scope.closed
(closure_expression) @scope.function
(block) @scope.block
(if_expression) @scope.block
(while_expression) @scope.block
(for_expression) @scope.block
(match_arm) @scope.block
(struct_item) @scope.block
(enum_item) @scope.block
(union_item) @scope.block
(trait_item) @scope.block
(impl_item) @scope.block
(type_item) @scope.block
(mod_item) @scope.closed
(function_type) @scope.block

(identifier) @reference
(type_identifier) @reference

; Items.
(function_item name: (identifier) @definition.function @outside)
(function_signature_item name: (identifier) @definition.function @outside)
(impl_item body: (declaration_list (function_item name: (identifier) @ignore)))
(trait_item body: (declaration_list (function_item name: (identifier) @ignore)))
(trait_item body: (declaration_list (function_signature_item name: (identifier) @ignore)))
(struct_item name: (type_identifier) @definition.type @outside)
(enum_item name: (type_identifier) @definition.type @outside)
(union_item name: (type_identifier) @definition.type @outside)
(trait_item name: (type_identifier) @definition.type @outside)
(type_item name: (type_identifier) @definition.type @outside)
(associated_type name: (type_identifier) @ignore)
(mod_item name: (identifier) @definition.module @outside)
(const_item name: (identifier) @definition.constant)
(impl_item body: (declaration_list (const_item name: (identifier) @ignore)))
(static_item name: (identifier) @definition.constant)
(type_parameter name: (type_identifier) @definition.type)
(const_parameter name: (identifier) @definition.constant)
(enum_variant name: (identifier) @ignore)

; Patterns.
(parameter pattern: (_) @bind.parameter)
(closure_parameters) @bind.parameter
(closure_parameters (identifier) @name)
(parameter pattern: (identifier) @name)
((let_declaration) @bind.variable (#set! visible "after") (#set! shadows "yes"))
((let_declaration pattern: (identifier) @name) (#lower? @name))
((let_condition) @bind.variable (#set! visible "after") (#set! shadows "yes"))
((let_condition pattern: (identifier) @name) (#lower? @name))
((for_expression pattern: (_) @bind.variable) (#set! visible "here"))
((for_expression pattern: (identifier) @name) (#lower? @name))
(for_expression value: (_) @outside)
(match_arm pattern: (match_pattern) @bind.variable)
((match_pattern . (identifier) @name) (#lower? @name))
((tuple_pattern (identifier) @name) (#lower? @name))
((tuple_struct_pattern (identifier) @name) (#lower? @name))
((slice_pattern (identifier) @name) (#lower? @name))
((or_pattern (identifier) @name) (#lower? @name))
((reference_pattern (identifier) @name) (#lower? @name))
(ref_pattern (identifier) @name)
(mut_pattern (identifier) @name)
(captured_pattern . (identifier) @name)
((field_pattern pattern: (identifier) @name) (#lower? @name))
(field_pattern name: (shorthand_field_identifier) @name @shorthand)
(tuple_struct_pattern type: (identifier) @reference)
; What an if let binds is not in sight in its else.
(if_expression alternative: (_) @outside)

(shorthand_field_initializer (identifier) @reference @shorthand)
(assignment_expression left: (identifier) @write)
(compound_assignment_expr left: (identifier) @write)

; Paths are looked up from their first part; macros and labels have names of their own.
(scoped_identifier path: (_) name: (identifier) @ignore)
(scoped_type_identifier path: (_) name: (type_identifier) @ignore)
(scoped_identifier !path name: (identifier) @ignore)
(macro_invocation macro: (identifier) @ignore)
(macro_definition name: (identifier) @ignore)
(label (identifier) @ignore)
(attribute_item (attribute (_) @ignore))
(inner_attribute_item (attribute (_) @ignore))
(type_binding name: (type_identifier) @ignore)

; Imports.
(use_declaration argument: (identifier) @definition.import)
(use_declaration argument: (scoped_identifier name: (identifier) @definition.import))
(use_list (identifier) @definition.import)
(use_list (scoped_identifier name: (identifier) @definition.import))
(use_as_clause path: (identifier) @ignore)
(use_as_clause path: (scoped_identifier name: (identifier) @ignore))
(use_as_clause alias: (identifier) @definition.import)

; Macros take tokens, not expressions. Of these few it is known that they evaluate them.
(macro_invocation (token_tree) @uncertain (#set! reason "a macro's arguments may use it in any way"))
((macro_invocation macro: (identifier) @_macro (token_tree) @tokens)
  (#any-of? @_macro "print" "println" "eprint" "eprintln" "format" "write" "writeln" "panic" "assert" "assert_eq" "assert_ne"
    "debug_assert" "debug_assert_eq" "debug_assert_ne" "vec" "dbg" "todo" "unimplemented" "unreachable" "bail" "anyhow" "ensure"
    "trace" "debug" "info" "warn" "error" "concat"))
(macro_definition (macro_rule right: (token_tree) @uncertain.everywhere) (#set! reason "a macro's text may use it"))
(attribute_item (attribute arguments: (token_tree) @uncertain) (#set! reason "an attribute names it"))
