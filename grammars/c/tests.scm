; Unity and most hand-made runners: void test_name(void).
(function_definition
  declarator: (function_declarator declarator: (identifier) @name)
  (#starts-with? @name "test_")) @test

; cmocka, Criterion, Check: MACRO(suite, name) { }.
(function_definition
  declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (parameter_declaration type: (_) @suite) . (parameter_declaration type: (_) @name)))
  (#any-of? @_macro "Test" "ParameterizedTest" "TEST")) @test
