; RSpec and minitest/spec: it "name" do; minitest and test-unit: def test_name; Rails: test "name" do.
((call method: (identifier) @_call arguments: (argument_list . (_) @name) block: (_)) @test
  (#any-of? @_call "it" "specify" "example" "test" "scenario" "should" "fit" "xit"))
((call method: (identifier) @_call arguments: (argument_list . (_) @name) block: (_)) @group
  (#any-of? @_call "describe" "context" "feature" "fdescribe" "xdescribe" "shared_examples"))
((class name: (_) @name superclass: (superclass [(constant) @_base (scope_resolution name: (constant) @_base)])) @group
  (#any-of? @_base "Test" "TestCase" "Spec" "IntegrationTest" "SystemTestCase"))
((method name: (identifier) @name) @test
  (#starts-with? @name "test_"))
