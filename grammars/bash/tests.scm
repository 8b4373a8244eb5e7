; bats: @test "name" { } reads as a command and a block behind it; shunit2 and bash_unit: functions test*.
((command name: (command_name (word) @_mark) . argument: (_) @name) @test
  (#eq? @_mark "@test"))
((function_definition name: (word) @name) @test
  (#starts-with? @name "test"))
