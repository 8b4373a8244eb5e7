; Python: functions, lambdas, classes and comprehensions are scopes; blocks are not. A name that a function assigns anywhere is
; local in all of it, unless it is declared global or nonlocal. A class's names are not seen by the functions in it.

(function_definition) @scope.function
(lambda) @scope.function
((class_definition) @scope.class (#set! class "blind"))
(list_comprehension) @scope.comprehension
(set_comprehension) @scope.comprehension
(dictionary_comprehension) @scope.comprehension
(generator_expression) @scope.comprehension

(identifier) @reference

; Definitions' own names belong to the scope around them.
(function_definition name: (identifier) @definition.function @outside)
(class_definition name: (identifier) @definition.type @outside)
(class_definition body: (block (function_definition name: (identifier) @definition.field @outside))
  (#set! reason "a method may be used through an object"))
(class_definition body: (block (decorated_definition definition: (function_definition name: (identifier) @definition.field @outside)))
  (#set! reason "a method may be used through an object"))
(class_definition superclasses: (_) @outside)
(function_definition return_type: (_) @outside)
(type_parameter (type (identifier) @definition.type))

; Parameters. Their default values and types are worked out before the function has a scope.
((parameters) @bind.parameter (#set! callers "name"))
(lambda_parameters) @bind.parameter
(parameters (list_splat_pattern (identifier) @definition.parameter))
(parameters (dictionary_splat_pattern (identifier) @definition.parameter))
(parameters (typed_parameter (list_splat_pattern (identifier) @definition.parameter)))
(parameters (typed_parameter (dictionary_splat_pattern (identifier) @definition.parameter)))
((function_definition parameters: (parameters . (identifier) @definition.parameter)) (#any-of? @definition.parameter "self" "cls"))
(parameters (identifier) @name)
(lambda_parameters (identifier) @name)
(default_parameter name: (identifier) @name)
(typed_default_parameter name: (identifier) @name)
(typed_parameter . (identifier) @name)
(typed_parameter (list_splat_pattern (identifier) @name))
(typed_parameter (dictionary_splat_pattern (identifier) @name))
(list_splat_pattern (identifier) @name)
(dictionary_splat_pattern (identifier) @name)
(default_parameter value: (_) @outside)
(typed_default_parameter value: (_) @outside)
(typed_default_parameter type: (_) @outside)
(typed_parameter type: (_) @outside)

; Targets.
(assignment left: (_) @bind.variable)
(assignment left: (identifier) @name)
((augmented_assignment left: (identifier) @definition.variable))
(for_statement left: (_) @bind.variable)
(for_statement left: (identifier) @name)
(for_in_clause left: (_) @bind.variable)
(for_in_clause left: (identifier) @name)
(as_pattern alias: (as_pattern_target) @bind.variable)
(as_pattern_target (identifier) @name)
(as_pattern_target (tuple (identifier) @name))
(as_pattern_target (list (identifier) @name))
(pattern_list (identifier) @name)
(tuple_pattern (identifier) @name)
(list_pattern (identifier) @name)
((named_expression name: (identifier) @definition.variable) (#set! hoist "function"))
(class_definition body: (block (expression_statement (assignment left: (identifier) @definition.field)))
  (#set! reason "a class's attribute may be used through an object"))
(type_alias_statement left: (type (identifier) @definition.type))

; match: a bare name is bound, a dotted one is looked up.
(case_pattern) @bind.variable
(case_pattern (dotted_name . (identifier) @name .))
(keyword_pattern (dotted_name . (identifier) @name .))
(dict_pattern value: (case_pattern (dotted_name . (identifier) @name .)))
(union_pattern (dotted_name . (identifier) @name .))
(splat_pattern (identifier) @name)
(case_pattern (as_pattern (identifier) @name))
(keyword_pattern . (identifier) @ignore)
(class_pattern (dotted_name . (identifier) @reference))
(dotted_name (identifier) (identifier) @ignore)

; The first iterable of a comprehension is worked out around it.
(list_comprehension body: (_) . (for_in_clause right: (_) @outside))
(set_comprehension body: (_) . (for_in_clause right: (_) @outside))
(dictionary_comprehension body: (_) . (for_in_clause right: (_) @outside))
(generator_expression body: (_) . (for_in_clause right: (_) @outside))

; Imports bind their first part, or the name behind "as".
((import_statement name: (dotted_name . (identifier) @definition.import)) (#set! reason "the module that it imports is called so"))
(import_from_statement module_name: (dotted_name (identifier) @ignore))
(import_from_statement module_name: (relative_import (dotted_name (identifier) @ignore)))
((import_from_statement name: (dotted_name (identifier) @definition.import)) (#set! reason "the module that it comes from calls it so"))
(aliased_import name: (dotted_name (identifier) @ignore))
(aliased_import alias: (identifier) @definition.import)
(future_import_statement name: (dotted_name (identifier) @ignore))

(global_statement (identifier) @global)
(nonlocal_statement (identifier) @nonlocal)

; No references.
(attribute attribute: (identifier) @ignore)
(keyword_argument name: (identifier) @ignore @named_argument)

; Code as text.
((call function: (identifier) @_call) @dynamic
  (#any-of? @_call "eval" "exec" "locals" "vars" "compile")
  (#set! reason "code that is not seen here may use it: eval, exec, locals or vars"))
(interpolation expression: (identifier) @uncertain "="
  (#set! reason "an f-string prints its name"))
