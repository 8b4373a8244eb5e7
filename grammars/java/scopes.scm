; Java: a local variable is in sight from its declarator to the end of its block. Methods and labels have names of their own.

(class_body) @scope.class
(interface_body) @scope.class
(enum_body) @scope.class
(annotation_type_body) @scope.class
(class_declaration) @scope.block
(interface_declaration) @scope.block
(record_declaration) @scope.block
(method_declaration) @scope.function
(constructor_declaration) @scope.function
(compact_constructor_declaration) @scope.function
(static_initializer) @scope.function
(lambda_expression) @scope.function
(block) @scope.block
(constructor_body) @scope.block
(for_statement) @scope.block
(enhanced_for_statement) @scope.block
(try_with_resources_statement) @scope.block
(catch_clause) @scope.block
(switch_block) @scope.block
(switch_rule) @scope.block

(identifier) @reference
(type_identifier) @reference

(class_declaration name: (identifier) @definition.type @outside)
(interface_declaration name: (identifier) @definition.type @outside)
(record_declaration name: (identifier) @definition.type @outside)
(enum_declaration name: (identifier) @definition.type)
(annotation_type_declaration name: (identifier) @definition.type)
(type_parameter (type_identifier) @definition.type)

(formal_parameter name: (identifier) @definition.parameter)
(spread_parameter (variable_declarator name: (identifier) @definition.parameter))
(record_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @definition.parameter))
  (#set! reason "a record's component is also a method and a field"))
(lambda_expression parameters: (identifier) @definition.parameter)
(inferred_parameters (identifier) @definition.parameter)
(catch_formal_parameter name: (identifier) @definition.variable)

((local_variable_declaration (variable_declarator name: (identifier) @definition.variable)) (#set! visible "here"))
((enhanced_for_statement name: (identifier) @definition.variable) (#set! visible "here"))
(enhanced_for_statement value: (_) @outside)
((resource name: (identifier) @definition.variable) (#set! visible "here"))
((field_declaration (variable_declarator name: (identifier) @definition.field))
  (#set! reason "a field may be used through an object"))
((constant_declaration (variable_declarator name: (identifier) @definition.field))
  (#set! reason "a constant may be used through its interface"))
((enum_constant name: (identifier) @definition.field) (#set! reason "an enum's constant may be used through the enum"))
((instanceof_expression name: (identifier) @definition.variable)
  (#set! visible "here") (#set! reason "where a pattern's variable is in sight depends on the flow"))
((record_pattern_component (identifier) @definition.variable)
  (#set! visible "here") (#set! reason "where a pattern's variable is in sight depends on the flow"))
((type_pattern (identifier) @definition.variable)
  (#set! visible "here") (#set! reason "where a pattern's variable is in sight depends on the flow"))

(assignment_expression left: (identifier) @write)
(update_expression (identifier) @write)

(method_declaration name: (identifier) @ignore)
(constructor_declaration name: (identifier) @only_reference @outside)
(compact_constructor_declaration name: (identifier) @only_reference @outside)
(method_invocation name: (identifier) @ignore)
(method_reference (_) (identifier) @ignore)
(field_access field: (identifier) @ignore)
(scoped_identifier name: (identifier) @ignore)
(scoped_type_identifier (_) (type_identifier) @ignore)
(labeled_statement . (identifier) @ignore)
(break_statement (identifier) @ignore)
(continue_statement (identifier) @ignore)
(element_value_pair key: (identifier) @ignore)
(package_declaration (_) @ignore)
(import_declaration (identifier) @ignore)
