package p

import "fmt"

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(item T, more ...T) (n int, err error) {
	n, count := len(more), 0
	for i, item := range more {
		if n, ok := lookup(i); ok {
			s.items = append(s.items, item)
			n++
		} else if n > 3 {
			count = n
		}
	}
	for i = range more {
	}
	err, other := check(n), count
	switch v := any(item).(type) {
	case int:
		fmt.Println(v, other)
	}
	x := x + 1
	{
		x := x
		_ = x
	}
	f := func(n int) int { return n + x }
	const k = 3
	var a, b = b, a
	p := Point{n: n, f}
	m := map[string]int{k: n}
	select {
	case msg := <-ch:
		use(msg)
	}
outer:
	for {
		break outer
	}
	return f(n), err
}
