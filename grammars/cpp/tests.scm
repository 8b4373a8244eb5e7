; GoogleTest: TEST(Suite, name) { } reads as a function without a type.
(function_definition
  !type
  declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (parameter_declaration type: (_) @suite) . (parameter_declaration type: (_) @name) .))
  (#any-of? @_macro "TEST" "TEST_F" "TEST_P" "TYPED_TEST" "TYPED_TEST_P" "FRIEND_TEST" "MOCK_TEST")) @test

; Boost.Test.
(function_definition
  !type
  declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (parameter_declaration type: (_) @name)))
  (#any-of? @_macro "BOOST_AUTO_TEST_CASE" "BOOST_FIXTURE_TEST_CASE")) @test

; Catch2 and doctest: TEST_CASE("name") { } reads as a call and a block behind it.
([(translation_unit (expression_statement (call_expression function: (identifier) @_macro arguments: (argument_list . (string_literal) @name))) @test
    . (compound_statement) @body)
  (compound_statement (expression_statement (call_expression function: (identifier) @_macro arguments: (argument_list . (string_literal) @name))) @test
    . (compound_statement) @body)
  (declaration_list (expression_statement (call_expression function: (identifier) @_macro arguments: (argument_list . (string_literal) @name))) @test
    . (compound_statement) @body)]
  (#any-of? @_macro "TEST_CASE" "SCENARIO" "SECTION" "SUBCASE"))
