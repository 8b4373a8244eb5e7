; pytest's defaults and unittest: functions test*, classes Test* or that derive from a TestCase.
((class_definition name: (identifier) @name) @group
  (#starts-with? @name "Test"))
((class_definition name: (identifier) @name
  superclasses: (argument_list [(identifier) @_base (attribute attribute: (identifier) @_base)])) @group
  (#any-of? @_base "TestCase" "IsolatedAsyncioTestCase" "TransactionTestCase" "SimpleTestCase"))
((function_definition name: (identifier) @name) @test
  (#starts-with? @name "test"))
