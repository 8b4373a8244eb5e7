#include "tool_loop.h"

namespace countersign::builtin {
namespace {

/// The text under a heading, up to the next one.
std::string section(std::string const& text, std::string const& heading)
{
    auto const begin = text.find("## " + heading + "\n\n");
    if (begin == std::string::npos)
        return "(no such section)\n" + text;
    auto const from = begin + heading.size() + 5;
    auto const end = text.find("\n## ", from);
    return text.substr(from, end == std::string::npos ? end : end - from);
}

std::string explained(std::string const& path, std::string const& text) { return run_at("explain", { { path, text } }, path).text; }
std::string steps(std::string const& path, std::string const& text) { return section(explained(path, text), "What it does"); }

TEST(Explain, tells_a_function_whole)
{
    Files const files {
        { "src/clamp.cpp", R"(#include "clamp.h"

/// Brings `n` between two bounds.
int clamp(int n, int low = 0, int high = 9)
{
    if (low > high)
        $0throw std::invalid_argument("order");
    // TODO: what about NaN?
    return n < low ? low : std::min(n, helper(high));
}
)" },
        { "src/helper.cpp", "int helper(int n)\n{\n    return n;\n}\n" },
        { "src/main.cpp", "int main()\n{\n    return clamp(3);\n}\n" },
    };
    EXPECT_EQ(run_at("explain", files, "src/clamp.cpp").text, R"(# `clamp`

Made by Countersign's built-in engine from the syntax tree; no AI was involved.

`clamp` is a function in [`src/clamp.cpp`](src/clamp.cpp#L4), lines 4 to 10.

Its comment says: Brings `n` between two bounds.

```cpp
int clamp(int n, int low = 0, int high = 9)
```

## Parameters

- `n`, type `int`
- `low`, type `int`, `0` if it is left out
- `high`, type `int`, `9` if it is left out

## What it does

1. If `low > high`, throws `std::invalid_argument("order")`.
2. Returns `n < low ? low : std::min(n, helper(high))`.

## Called by

- [`main`](src/main.cpp#L3): `return clamp(3);`

References go by spelling: another symbol of the same name is listed too.

## Calls

- `std::invalid_argument`, first in line 7
- `std::min`, first in line 9
- [`helper`](src/helper.cpp#L1), first in line 9

## Side effects

- Throws: `std::invalid_argument("order")`.

That is what its own text shows; what it calls may have more.

## Size and complexity

| measure | value |
|---|---|
| cyclomatic complexity | 3 |
| cognitive complexity | 2 |
| deepest nesting | 1 |
| length | 7 lines |
| parameters | 3 |

## Left to do

- [`line 8`](src/clamp.cpp#L8): `TODO: what about NaN?`
)");
}

TEST(Explain, walks_through_c)
{
    EXPECT_EQ(steps("a.c", R"(int fill(char *buffer, size_t size, const char *text)
{
    calls++;
    for (size_t i = 0; i < size; ++i) {
        buffer[i] = text[i];
        if (!text[i])
            goto done;
    }
    $0do { size -= 1; } while (size > 3);
done:
    return 0;
}
)"),
        R"(1. Updates `calls++`.
2. In the loop `for (size_t i = 0; i < size; ++i)`:
   1. Sets `buffer[i]` to `text[i]`.
   2. If `!text[i]`, jumps to `done`.
3. Once, and again while `size > 3`, updates `size -= 1`.
4. At `done`: returns `0`.
)");
}

TEST(Explain, walks_through_python)
{
    EXPECT_EQ(steps("a.py", R"(def total(items, limit=None):
    """Adds up."""
    sum = 0
    for item in items:
        if item is None:
            continue
        elif item < 0:
            raise ValueError(item)
        else:
            $0sum += item
    try:
        check(sum)
    except (OSError, KeyError) as error:
        return -1
    finally:
        close()
    while sum > 10:
        sum -= 1
    return sum
)"),
        R"(1. Sets `sum` to `0`.
2. For each `item` in `items`:
   1. If `item is None`, goes on with the next round.
   2. Otherwise, if `item < 0`, raises `ValueError(item)`.
   3. Otherwise, updates `sum += item`.
3. Tries this:
   1. Calls `check(sum)`.
4. If that throws `(OSError, KeyError) as error`, returns `-1`.
5. At the end, in any case, calls `close()`.
6. While `sum > 10`, updates `sum -= 1`.
7. Returns `sum`.
)");
}

TEST(Explain, walks_through_typescript)
{
    EXPECT_EQ(steps("a.ts", R"(export async function send(kind: string, ...rest: number[]): Promise<void> {
  switch (kind) {
    case 'a':
    case 'b':
      await post(kind);
      break;
    default:
      return;
  }
  for (const one of rest) $0console.log(one);
}
)"),
        R"(1. Depending on `kind`:
   1. For `'a'`, the same as for the next one.
   2. For `'b'`, calls `await post(kind)`.
   3. In every other case, returns.
2. For each `one` in `rest`, calls `console.log(one)`.
)");
}

TEST(Explain, arrow_function_with_an_expression_gives_it)
{
    EXPECT_EQ(steps("a.js", "const twice = (n) => n *$0 2;\n"), "1. Returns `n * 2`.\n");
}

TEST(Explain, walks_through_go)
{
    EXPECT_EQ(steps("a.go", R"(package a

func Sum(values []int) (int, error) {
	defer done()
	sum := 0
	for _, value := range values {
		if value < 0 {
			return 0, ErrNegative
		}
		$0sum += value
	}
	for sum > 10 {
		sum--
	}
	switch {
	case sum == 0:
		return 0, nil
	default:
	}
	return sum, nil
}
)"),
        R"(1. When the function ends, runs `done()`.
2. Sets up `sum := 0`.
3. For each `_, value` in `values`:
   1. If `value < 0`, returns `0, ErrNegative`.
   2. Updates `sum += value`.
4. While `sum > 10`, updates `sum--`.
5. Depending on what holds:
   1. For `sum == 0`, returns `0, nil`.
   2. In every other case, does nothing.
6. Returns `sum, nil`.
)");
}

TEST(Explain, walks_through_rust)
{
    EXPECT_EQ(steps("a.rs", R"(fn count(values: &[i32], low: i32) -> Result<i32, String> {
    let mut count = 0;
    for value in values.iter() {
        if *value < low { count += 1; } else { continue; }
    }
    match count {
        0 => return Err("none".into()),
        _ => $0println!("some"),
    }
    Ok(count)
}
)"),
        R"(1. Sets up `let mut count = 0`.
2. For each `value` in `values.iter()`:
   1. If `*value < low`, updates `count += 1`.
   2. Otherwise, goes on with the next round.
3. Depending on `count`:
   1. For `0`, returns `Err("none".into())`.
   2. In every other case, calls `println!("some")`.
4. Returns `Ok(count)`.
)");
}

TEST(Explain, walks_through_java)
{
    EXPECT_EQ(steps("A.java", R"(class A {
    int add(int[] values) {
        for (int value : values) {
            switch (value) {
            case 1: total += 1; break;
            default: $0System.out.println(value);
            }
        }
        try { run(); } catch (RuntimeException e) { return -1; }
        return total;
    }
}
)"),
        R"(1. For each `value` in `values`:
   1. Depending on `value`:
      1. For `1`, updates `total += 1`.
      2. In every other case, calls `System.out.println(value)`.
2. Tries this:
   1. Calls `run()`.
3. If that throws `RuntimeException e`, returns `-1`.
4. Returns `total`.
)");
}

TEST(Explain, walks_through_csharp)
{
    EXPECT_EQ(steps("A.cs", R"(class A {
    int Add(int[] values) {
        if (values == null) throw new ArgumentException("none");
        else if (values.Length == 0) return 0;
        foreach (var value in values) { $0total += value; }
        return total;
    }
}
)"),
        R"(1. If `values == null`, throws `new ArgumentException("none")`.
2. Otherwise, if `values.Length == 0`, returns `0`.
3. For each `value` in `values`, updates `total += value`.
4. Returns `total`.
)");
}

TEST(Explain, walks_through_ruby)
{
    EXPECT_EQ(steps("a.rb", R"(def add(items, note = nil)
  raise ArgumentError, "none" if items.empty?
  unless note.nil?
    puts note
  else
    $0@note = 1
  end
  case items.size
  when 0 then log(1)
  else
    log(2)
  end
  @total
end
)"),
        R"(1. If `items.empty?`, raises `ArgumentError, "none"`.
2. If `note.nil?` does not hold, calls `puts note`.
3. Otherwise, sets `@note` to `1`.
4. Depending on `items.size`:
   1. For `0`, calls `log(1)`.
   2. In every other case, calls `log(2)`.
5. Returns `@total`.
)");
}

TEST(Explain, walks_through_bash)
{
    EXPECT_EQ(steps("a.sh", R"(deploy() {
  if [ -z "$1" ]; then
    echo "no target"
    return 1
  elif [ "$1" = all ]; then
    rm -rf out
  else
    exit 2
  fi
  for f in *.txt; do
    $0cat "$f"
  done
}
)"),
        R"(1. If `[ -z "$1" ]`:
   1. Calls `echo "no target"`.
   2. Returns `1`.
2. Otherwise, if `[ "$1" = all ]`, calls `rm -rf out`.
3. Otherwise, ends the program with `2`.
4. For each `f` in `*.txt`, calls `cat "$f"`.
)");
}

TEST(Explain, sees_side_effects)
{
    EXPECT_EQ(section(explained("a.cpp", R"(int Log::write(std::string& out, int const& level, Sink* sink)
{
    static int count = 0;
    int local = 1;
    local = 2;
    out += "x";
    size_ = 3;
    this->dirty = true;
    last_level = level;
    $0std::cout << getenv("HOME");
    return std::rand() + *new int(4);
}
)"),
                  "Side effects"),
        R"(- Writes to its object: `size_` and `this->dirty`.
- Changes what the caller handed in: `out`.
- Writes to names from outside the function: `last_level`.
- Keeps state between calls: `static int count = 0;`.
- Reads or writes outside the program: `std::cout`.
- Draws random numbers: `std::rand`.
- Looks at or changes the environment: `getenv`.
- Makes objects that something must free: `new int(4)`.

That is what its own text shows; what it calls may have more.
)");
}

TEST(Explain, sees_writes_to_globals_in_python)
{
    EXPECT_EQ(section(explained("a.py",
                          "def f(self, items):\n    global count\n    count = 1\n    mine = 2\n    self.size = 3\n    items[0] = 4\n    "
                          "$0print(mine)\n"),
                  "Side effects"),
        R"(- Writes to its object: `self.size`.
- Changes what the caller handed in: `items`.
- Writes to names from outside the function: `count`.
- Reads or writes outside the program: `print`.

That is what its own text shows; what it calls may have more.
)");
}

TEST(Explain, sees_calls_that_change_what_is_not_its_own)
{
    EXPECT_EQ(section(explained("a.py",
                          "def f(self, out, lock):\n    mine = []\n    mine.append(1)\n    self.items.append(2)\n    out.clear()\n    "
                          "$0lock.acquire()\n    raise\n"),
                  "Side effects"),
        R"(- Changes things that it does not own, going by the names of the calls: `out.clear` and `self.items.append`.
- Throws again what it caught.
- Takes or gives back locks: `lock.acquire`.

That is what its own text shows; what it calls may have more.
)");
}

TEST(Explain, walks_through_what_is_held)
{
    EXPECT_EQ(steps("a.py", "def f(self):\n    with self.lock:\n        $0return self.count\n"),
        "1. With `self.lock`:\n   1. Returns `self.count`.\n");
    EXPECT_EQ(steps("A.cs", "class A {\n    void F() {\n        lock (this) { $0total += 1; }\n    }\n}\n"),
        "1. While it holds the lock on `this`:\n   1. Updates `total += 1`.\n");
    EXPECT_EQ(steps("A.java", "class A {\n    void f() {\n        try (var in = open()) { $0in.read(); } finally { done(); }\n    }\n}\n"),
        "1. Tries this, with `var in = open()`:\n   1. Calls `in.read()`.\n2. At the end, in any case, calls `done()`.\n");
}

TEST(Explain, says_what_a_condition_sets_up)
{
    EXPECT_EQ(steps("a.go", "package a\n\nfunc f(m map[int]int) int {\n\tif v, ok := m[1]; ok {\n\t\treturn $0v\n\t}\n\treturn 0\n}\n"),
        "1. If `v, ok := m[1]; ok`, returns `v`.\n2. Returns `0`.\n");
}

TEST(Explain, says_what_an_arm_gives)
{
    EXPECT_EQ(steps("a.rs", "fn f(n: i32) -> i32 {\n    match n {\n        0 => n + 1,\n        _ => $0g(n),\n    }\n}\n"),
        "1. Depending on `n`:\n   1. For `0`, gives `n + 1`.\n   2. In every other case, calls `g(n)`.\n");
}

TEST(Explain, tells_a_redirected_loop)
{
    EXPECT_EQ(steps("a.sh", "f() {\n  while read -r line; do\n    $0echo \"$line\"\n  done < list\n}\n"),
        "1. With `< list`: while `read -r line`, calls `echo \"$line\"`.\n");
}

TEST(Explain, a_parameter_that_is_taken_apart_is_shown_as_written)
{
    EXPECT_EQ(section(explained("a.js", "function f({ limit = 10 } = {}, [first]) {\n  return $0limit + first\n}\n"), "Parameters"),
        "- `{ limit = 10 }`, `{}` if it is left out\n- `[first]`\n");
}

TEST(Explain, callers_are_of_its_language)
{
    Files const files { { "a.py", "def $0add(a):\n    return a + a\n\n\ndef twice(a):\n    return add(a) + add(a)\n" },
        { "a.js", "function other(queue) {\n  return queue.add(1)\n}\n" } };
    EXPECT_EQ(section(run_at("explain", files, "a.py").text, "Called by"),
        "- [`twice`](a.py#L6): `return add(a) + add(a)`\n\nReferences go by spelling: another symbol of the same name is listed too.\n");
}

TEST(Explain, a_call_is_linked_to_what_can_be_called)
{
    EXPECT_EQ(section(explained("a.py", "import json\n\n\ndef f(answer):\n    return $0answer.json()\n"), "Calls"),
        "- `answer.json`, first in line 5\n");
}

TEST(Explain, class_lists_its_members)
{
    std::string const text =
        explained("a.py", "class $0Shelf:\n    \"\"\"Room for parts.\"\"\"\n    def put(self, n):\n        if n:\n            return 1\n");
    EXPECT_NE(text.find("`Shelf` is a class in"), std::string::npos) << text;
    EXPECT_NE(text.find("Its comment says: Room for parts."), std::string::npos) << text;
    EXPECT_NE(text.find("- method [`put`](a.py#L3): `def put(self, n)` (cyclomatic 2, cognitive 1, nesting 1, 3 lines)"), std::string::npos)
        << text;
}

TEST(Explain, selected_file_gets_outline_and_imports)
{
    EXPECT_EQ(
        explained("a.go", "[[package a\n\nimport \"fmt\"\n\n// F prints.\nfunc F() {\n\tfmt.Println(1) // FIXME: two\n}\n]]"), R"(# `a.go`

Made by Countersign's built-in engine from the syntax tree; no AI was involved.

`a.go` is a file in Go: 8 lines, 2 of them blank, 1 beginning with a comment.

## What it brings in

- `import "fmt"`

## What it defines

- function [`F`](a.go#L6) (cyclomatic 1, cognitive 0, nesting 0, 3 lines)

## Left to do

- [`line 7`](a.go#L7): `FIXME: two`
)");
}

TEST(Explain, text_without_grammar_is_told_by_its_lines)
{
    EXPECT_EQ(explained("notes.md", "# Plan\n\nSome words.\n## TODO later\n"), R"(# `notes.md`

Made by Countersign's built-in engine; no AI was involved. It has no syntax tree of this file (there is no grammar for this kind of file), so this is what its lines show.

4 lines, 1 blank, 2 beginning with what is often a comment's sign.

## Headings

- [`line 1`](notes.md#L1): `# Plan`
- [`line 4`](notes.md#L4): `## TODO later`

## Left to do

- [`line 4`](notes.md#L4): `TODO later`

A language model can say what the text means; the built-in engine cannot.
)");
}

TEST(Explain, odd_paths_and_backticks_stay_links_and_code)
{
    std::string const text = run_at("explain", { { "my src/a (1).js", "const f = (n) => `$0${n}`;\n" } }, "my src/a (1).js").text;
    EXPECT_NE(text.find("](my%20src/a%20%281%29.js#L1)"), std::string::npos) << text;
    EXPECT_NE(text.find("Returns `` `${n}` ``."), std::string::npos) << text;
}

}
}
