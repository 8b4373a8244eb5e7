; Jest, Vitest, Mocha, node:test, Jasmine: it("name", ...), it.only(...), it.each(table)("name", ...).
((call_expression
  function: [
    (identifier) @_call
    (member_expression object: (identifier) @_call)
    (member_expression object: (member_expression object: (identifier) @_call))
    (call_expression function: [
      (member_expression object: (identifier) @_call)
      (member_expression object: (member_expression object: (identifier) @_call))
    ])
  ]
  arguments: (arguments . [(string) (template_string)] @name . (_))) @test
  (#any-of? @_call "it" "test" "fit" "xit" "xtest" "specify"))
((call_expression
  function: (call_expression
    function: (member_expression object: (identifier) @_call)
    arguments: (template_string))
  arguments: (arguments . [(string) (template_string)] @name . (_))) @test
  (#any-of? @_call "it" "test"))
((call_expression
  function: [
    (identifier) @_call
    (member_expression object: (identifier) @_call)
    (call_expression function: (member_expression object: (identifier) @_call))
  ]
  arguments: (arguments . [(string) (template_string)] @name . (_))) @group
  (#any-of? @_call "describe" "suite" "context" "fdescribe" "xdescribe"))
