; Ruby: def, class and module are closed to the local variables around them, blocks are not. An assignment in a block is to the
; variable around it, if there is one by then. A word that is no variable is a call.

(method) @scope.closed
(singleton_method) @scope.closed
(class) @scope.closed
(module) @scope.closed
(singleton_class) @scope.closed
(block) @scope.function
(do_block) @scope.function
(lambda) @scope.function

(identifier) @reference

(method name: (_) @ignore)
(singleton_method name: (_) @ignore)
(call receiver: (_) method: (identifier) @ignore)
(call method: (identifier) @ignore arguments: (_))
(call method: (identifier) @ignore block: (_))
(alias (_) @ignore)
(undef (_) @ignore)

; Parameters.
(method_parameters) @bind.parameter
(lambda_parameters) @bind.parameter
(block_parameters) @bind.parameter
(method_parameters (identifier) @name)
(lambda_parameters (identifier) @name)
(block_parameters (identifier) @name)
(optional_parameter name: (identifier) @name)
(splat_parameter name: (identifier) @name)
(hash_splat_parameter name: (identifier) @name)
(block_parameter name: (identifier) @name)
(destructured_parameter (identifier) @name)
((keyword_parameter name: (identifier) @name) (#set! callers "name") (#set! reason "callers pass it by name"))

; Assignments.
((assignment left: (_)) @bind.variable (#set! reuse "yes") (#set! visible "here"))
(assignment left: (identifier) @name)
(left_assignment_list (identifier) @name)
(rest_assignment (identifier) @name)
(destructured_left_assignment (identifier) @name)
((operator_assignment left: (identifier) @definition.variable) (#set! reuse "yes") (#set! visible "here"))
((for pattern: (_) @bind.variable) (#set! reuse "yes") (#set! visible "here"))
(for pattern: (identifier) @name)
((exception_variable (identifier) @definition.variable) (#set! reuse "yes") (#set! visible "here"))

; Patterns bind, ^name looks up.
((in_clause pattern: (_) @bind.variable) (#set! reuse "yes") (#set! visible "here"))
(in_clause pattern: (identifier) @name)
(array_pattern (identifier) @name)
(find_pattern (identifier) @name)
(array_pattern (splat_parameter name: (identifier) @name))
(alternative_pattern (identifier) @name)
(as_pattern name: (identifier) @name)
(keyword_pattern value: (identifier) @name)
((keyword_pattern key: (hash_key_symbol) @definition.variable !value) (#set! visible "here") (#set! reuse "yes")
  (#set! reason "a pattern's key is its name"))

; {x:} stands for {x: x}.
(pair key: (hash_key_symbol) @reference @shorthand !value)

((identifier) @_call @dynamic
  (#any-of? @_call "binding" "local_variables")
  (#set! reason "binding hands out every local variable"))
((call method: (identifier) @_call) @dynamic
  (#any-of? @_call "eval" "instance_eval" "class_eval" "binding" "local_variable_get" "local_variable_set")
  (#set! reason "code that eval runs may use it"))
