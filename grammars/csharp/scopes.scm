; C#: a local variable is in sight from its declarator to the end of its block; what a condition or an out argument declares belongs
; to the block around, save in loops and cases. Any parameter may be named by its callers.

(class_declaration) @scope.class
(struct_declaration) @scope.class
(record_declaration) @scope.class
(interface_declaration) @scope.class
(enum_declaration) @scope.class
(namespace_declaration) @scope.block
(method_declaration) @scope.function
(constructor_declaration) @scope.function
(destructor_declaration) @scope.function
(operator_declaration) @scope.function
(conversion_operator_declaration) @scope.function
(indexer_declaration) @scope.function
(accessor_declaration) @scope.function
(local_function_statement) @scope.function
(lambda_expression) @scope.function
(anonymous_method_expression) @scope.function
(block) @scope.block
(for_statement) @scope.block
(foreach_statement) @scope.block
(while_statement) @scope.block
(using_statement) @scope.block
(fixed_statement) @scope.block
(catch_clause) @scope.block
(switch_body) @scope.block
(switch_section) @scope.block
(switch_expression_arm) @scope.block
(query_expression) @scope.block

(identifier) @reference

(class_declaration name: (identifier) @definition.type @outside)
(struct_declaration name: (identifier) @definition.type @outside)
(record_declaration name: (identifier) @definition.type @outside)
(interface_declaration name: (identifier) @definition.type @outside)
(enum_declaration name: (identifier) @definition.type @outside)
(delegate_declaration name: (identifier) @definition.type)
(type_parameter name: (identifier) @definition.type)
(local_function_statement name: (identifier) @definition.function @outside)

((method_declaration name: (identifier) @definition.field @outside) (#set! reason "a method may be used through an object"))
((property_declaration name: (identifier) @definition.field) (#set! reason "a property may be used through an object"))
((event_declaration name: (identifier) @definition.field) (#set! reason "an event may be used through an object"))
((field_declaration (variable_declaration (variable_declarator name: (identifier) @definition.field)))
  (#set! reason "a field may be used through an object"))
((event_field_declaration (variable_declaration (variable_declarator name: (identifier) @definition.field)))
  (#set! reason "an event may be used through an object"))
((enum_member_declaration name: (identifier) @definition.field) (#set! reason "an enum's member is used through the enum"))
(constructor_declaration name: (identifier) @only_reference @outside)
(destructor_declaration name: (identifier) @only_reference @outside)

((parameter name: (identifier) @definition.parameter) (#set! callers "name"))
((parameter_list name: (identifier) @definition.parameter) (#set! callers "name"))
(lambda_expression parameters: (parameter_list (parameter name: (identifier) @definition.parameter)))
(anonymous_method_expression parameters: (parameter_list (parameter name: (identifier) @definition.parameter)))
(lambda_expression parameters: (implicit_parameter) @definition.parameter)
(record_declaration (parameter_list (parameter name: (identifier) @definition.parameter))
  (#set! reason "a record's parameter is also a property"))

((local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @definition.variable))) (#set! visible "here"))
((for_statement (variable_declaration (variable_declarator name: (identifier) @definition.variable))) (#set! visible "here"))
((using_statement (variable_declaration (variable_declarator name: (identifier) @definition.variable))) (#set! visible "here"))
((fixed_statement (variable_declaration (variable_declarator name: (identifier) @definition.variable))) (#set! visible "here"))
((variable_declarator (tuple_pattern name: (identifier) @definition.variable)) (#set! visible "here"))
((foreach_statement left: (identifier) @definition.variable) (#set! visible "here"))
((foreach_statement left: (tuple_pattern name: (identifier) @definition.variable)) (#set! visible "here"))
(foreach_statement right: (_) @outside)
(catch_declaration name: (identifier) @definition.variable)
((declaration_expression name: (identifier) @definition.variable) (#set! visible "here"))
((declaration_pattern name: (identifier) @definition.variable) (#set! visible "here"))
((recursive_pattern name: (identifier) @definition.variable) (#set! visible "here"))
((var_pattern name: (identifier) @definition.variable) (#set! visible "here"))
((from_clause name: (identifier) @definition.variable) (#set! visible "here"))
((let_clause . (identifier) @definition.variable) (#set! visible "here"))
((join_clause . (identifier) @definition.variable) (#set! visible "here"))

(assignment_expression left: (identifier) @write)
(assignment_expression left: (tuple_expression (argument (identifier) @write)))
(postfix_unary_expression (identifier) @write)
(prefix_unary_expression ["++" "--"] (identifier) @write)
(argument ["ref" "out"] (identifier) @write)

(member_access_expression name: (identifier) @ignore)
(member_binding_expression name: (identifier) @ignore)
(qualified_name name: (identifier) @ignore)
(argument name: (identifier) @ignore @named_argument)
(argument name: (identifier) _ (identifier) @reference)
(initializer_expression (assignment_expression left: (identifier) @ignore))
(subpattern . (identifier) @ignore)
(attribute (_) @ignore)
(attribute_argument (identifier) @ignore "=")
(labeled_statement . (identifier) @ignore)
(goto_statement (identifier) @ignore)
(using_directive (_) @ignore)
(namespace_declaration name: (_) @ignore)

; A member of an anonymous object or a tuple without a name takes the variable's.
(anonymous_object_creation_expression (identifier) @uncertain (#set! reason "an anonymous object names a member by it"))
(assignment_expression left: (tuple_expression (argument (identifier) @write)))
((tuple_expression (argument . (identifier) @uncertain .)) (#set! reason "a tuple names an element by it"))
((invocation_expression function: (identifier) @_callee arguments: (argument_list (argument (identifier) @uncertain)))
  (#eq? @_callee "nameof") (#set! reason "nameof makes a text of it"))
