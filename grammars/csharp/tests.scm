; xUnit, NUnit, MSTest.
(class_declaration name: (identifier) @name) @group
((method_declaration
  (attribute_list (attribute name: [(identifier) @_mark (qualified_name name: (identifier) @_mark)]))
  name: (identifier) @name) @test
  (#any-of? @_mark "Fact" "Theory" "Test" "TestCase" "TestCaseSource" "TestMethod" "DataTestMethod"
    "FactAttribute" "TheoryAttribute" "TestAttribute" "TestMethodAttribute"))
