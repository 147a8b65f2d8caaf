// Package comment
package main

import (
	"fmt"
	. "math"
	_ "embed"
	str "strings"
)

/* block */
const (
	A = iota << 1
	B
	C, D = "x", 'y'
)

var (
	x, y int = 1, 0x_FF
	z        = [...]string{2: "a", "b"}
	m        = map[string][]struct{ A, B int }{"k": {{1, 2}, {A: 3}}}
	raw      = `raw
string \n`
	num = []any{0b1010, 0o17, 1e3, .5, 1_000i, 0x1p-2, '\u00e9', '\'', "esc\t\"\x41"}
)

type (
	Number interface {
		~int | ~float64
		comparable
		fmt.Stringer
		Method(a, b int) (c string, err error)
	}
	Alias      = Other
	Node[T any, K comparable] struct {
		*Embedded
		pkg.Type
		Left, Right *Node[T, K] `json:"left,omitempty"`
		fn          func(int, ...string) (<-chan T, chan<- K)
	}
)

func (n *Node[T, K]) Walk(visit func(T) bool, rest ...K) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("wrap: %w", r.(error))
		}
	}()
outer:
	for i, v := range n.items {
		switch w := any(v).(type) {
		case int, *string:
			continue outer
		case nil:
			fallthrough
		default:
			goto done
		}
		select {
		case ch <- v:
		case v, ok := <-ch:
			_ = ok
		default:
			break outer
		}
	}
	for {
	}
	for i := 0; i < 10; i++ {
	}
	for range 10 {
	}
	if x := f(); x > 0 && !y || z&^1 == 2 {
		go n.Walk(visit)
	} else if a, b := g(n[1:2:3], x...); a {
		return
	} else {
		x, y = y, x
		x <<= 2
	}
done:
	return Map[int, string](xs, func(i int) string { return str.Repeat("é", i) })
}

func generic[S ~[]E, E any](s S) {}
func external(x int) int

func main() { 世界 := struct{ X int }{1}; fmt.Println(世界.X, -x, ^y, *p, &q); }
