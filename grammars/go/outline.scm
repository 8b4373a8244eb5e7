; A method belongs to its receiver's type, wherever it stands.
(function_declaration name: (identifier) @name) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration
    type: [
      (type_identifier) @container
      (pointer_type (type_identifier) @container)
      (generic_type type: (type_identifier) @container)
      (pointer_type (generic_type type: (type_identifier) @container))
    ]))
  name: (field_identifier) @name) @method
(type_spec name: (type_identifier) @name type: (struct_type) @body) @struct
(type_spec name: (type_identifier) @name type: (interface_type) @body) @interface
(method_elem name: (field_identifier) @name) @method
(type_spec name: (type_identifier) @name
  type: [
    (type_identifier) (qualified_type) (pointer_type) (array_type) (slice_type) (map_type) (channel_type) (function_type) (generic_type)
    (parenthesized_type)
  ]) @type
(type_alias name: (type_identifier) @name) @type
(const_spec name: (identifier) @name) @constant
(var_spec name: (identifier) @name) @variable
(func_literal) @opaque
