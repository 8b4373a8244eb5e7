; Functions, and the variables that a script sets outside of them.
(function_definition name: (word) @name) @function
(variable_assignment name: (variable_name) @name) @variable
