; Unity and most hand-made runners: void test_name(void).
(function_definition
  declarator: (function_declarator declarator: (identifier) @name)
  (#starts-with? @name "test_")) @test
