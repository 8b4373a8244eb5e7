; A function below #[test], #[tokio::test], #[rstest] and their kind.
(_
  (attribute_item (attribute [(identifier) @_mark (scoped_identifier name: (identifier) @_mark)]))
  .
  (attribute_item)*
  .
  (function_item name: (identifier) @name) @test
  (#any-of? @_mark "test" "rstest" "test_case" "bench" "proptest" "quickcheck"))
((mod_item name: (identifier) @name) @group
  (#any-of? @name "tests" "test"))
