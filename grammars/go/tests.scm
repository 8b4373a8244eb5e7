; What `go test` runs, and the subtests that a test names.
((function_declaration name: (identifier) @name) @test
  (#starts-with? @name "Test" "Benchmark" "Fuzz" "Example"))
((method_declaration name: (field_identifier) @name) @test
  (#starts-with? @name "Test"))
((call_expression
  function: (selector_expression field: (field_identifier) @_run)
  arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @name . (func_literal))) @test
  (#eq? @_run "Run"))
