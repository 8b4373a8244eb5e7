; JUnit 4 and 5 and TestNG; JUnit 3 names its tests by prefix.
(class_declaration name: (identifier) @name) @group
((method_declaration
  (modifiers [(marker_annotation name: (identifier) @_mark) (annotation name: (identifier) @_mark)])
  name: (identifier) @name) @test
  (#any-of? @_mark "Test" "ParameterizedTest" "RepeatedTest" "TestFactory" "TestTemplate" "Property"))
((class_declaration
  superclass: (superclass (type_identifier) @_base)
  body: (class_body (method_declaration name: (identifier) @name) @test))
  (#eq? @_base "TestCase") (#starts-with? @name "test"))
