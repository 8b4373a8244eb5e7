; Shells: a variable is the script's, unless a function declares it local; then whatever that function calls sees it too.

(function_definition) @scope.function

(variable_name) @reference

(function_definition name: (word) @definition.function @outside)
(command name: (command_name (word) @reference))

; Set where it stands: global unless the name is local by then.
((variable_assignment name: (variable_name) @definition.variable) (#set! reuse "yes") (#set! hoist "file"))
(variable_assignment name: (subscript name: (variable_name) @write))
((for_statement variable: (variable_name) @definition.variable) (#set! reuse "yes") (#set! hoist "file"))
(unset_command (variable_name) @write)

; local, and declare in a function.
((declaration_command ["local" "declare" "typeset"] (variable_assignment name: (variable_name) @definition.variable)) (#set! hoist "function"))
((declaration_command ["local" "declare" "typeset"] (variable_name) @definition.variable) (#set! hoist "function"))
(declaration_command ["export" "readonly"] (variable_name) @uncertain (#set! reason "programs that are started see it"))
(declaration_command "export" (variable_assignment name: (variable_name) @uncertain) (#set! reason "programs that are started see it"))
(command (variable_assignment name: (variable_name) @ignore))

; A reference to a variable holds its name.
((declaration_command (word) @_flag (variable_assignment value: (word) @uncertain))
  (#any-of? @_flag "-n" "-gn" "-ng" "-rn" "-nr" "-xn" "-nx") (#set! reason "a reference names it"))

; Commands that take variables by name, and text that is code.
((command name: (command_name (word) @_command) argument: (word) @uncertain)
  (#any-of? @_command "read" "mapfile" "readarray" "getopts" "printf" "let" "test" "[" "unset" "export" "eval" "wait")
  (#set! reason "a command takes it by name"))
((raw_string) @interpolated (#set! reason "a quoted text names it, which may be run as code"))
((command name: (command_name (word) @_command)) @dynamic
  (#any-of? @_command "eval" "source" "." "envsubst")
  (#set! reason "code that is not seen here may use it"))
(expansion "!" (variable_name) @uncertain (#set! reason "it holds another variable's name"))
