// Package stack is a stack.
package stack

import "testing"

const (
	// Limit is the most.
	Limit = 3
	other = iota
)

var ErrEmpty, ErrFull = errors.New("empty"), errors.New("full")

// Stack holds items.
type Stack[T any] struct {
	items []T
}

type (
	Visitor func(item int) bool
	Reader  interface {
		// Read reads.
		Read(p []byte) (n int, err error)
	}
	Alias = Stack[int]
)

// Push puts an item
// on top.
func (s *Stack[T]) Push(item T, more ...T) (n int, err error) {
	local := func(x int) int { return x }
	var hidden = local(1)
	return hidden, nil
}

func (Visitor) String() string { return "" }

func New[T any]() *Stack[T] { return &Stack[T]{} }

func TestPush(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		t.Run(`deep`, func(t *testing.T) {})
	})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {})
	}
}

func BenchmarkPush(b *testing.B) {}
func helperTest() {}
