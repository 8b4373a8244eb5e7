; Namespaces, types and their members.
(namespace_declaration name: (_) @name) @module
(class_declaration name: (identifier) @name) @class
(record_declaration name: (identifier) @name) @class
(struct_declaration name: (identifier) @name) @struct
(interface_declaration name: (identifier) @name) @interface
(enum_declaration name: (identifier) @name) @enum
(delegate_declaration name: (identifier) @name) @type
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name) @method
(destructor_declaration name: (identifier) @name) @method
(operator_declaration operator: _ @name) @method
(local_function_statement name: (identifier) @name) @function
(property_declaration name: (identifier) @name) @variable
(event_declaration name: (identifier) @name) @variable
(enum_member_declaration name: (identifier) @name) @constant
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @variable
(lambda_expression) @opaque
(anonymous_method_expression) @opaque
