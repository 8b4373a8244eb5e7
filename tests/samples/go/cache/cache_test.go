package cache

import (
	"reflect"
	"testing"
)

func TestForgetsWhatWasNotUsed(t *testing.T) {
	c := New(2)
	c.Put("a", "1")
	c.Put("b", "2")
	if _, ok := c.Get("a"); !ok {
		t.Fatal("a is gone")
	}
	if dropped := c.Put("c", "3"); dropped != "b" {
		t.Errorf("dropped %q, want b", dropped)
	}
	if got, want := c.Keys(), []string{"c", "a"}; !reflect.DeepEqual(got, want) {
		t.Errorf("keys %v, want %v", got, want)
	}
}

func TestPutReplaces(t *testing.T) {
	c := New(1)
	c.Put("a", "1")
	c.Put("a", "2")
	if value, _ := c.Get("a"); value != "2" {
		t.Errorf("value %q, want 2", value)
	}
	if _, ok := c.Get("b"); ok {
		t.Error("b was never put")
	}
}

func TestKeepsNothingWithoutRoom(t *testing.T) {
	c := New(0)
	if dropped := c.Put("a", "1"); dropped != "a" {
		t.Errorf("dropped %q, want a", dropped)
	}
	if len(c.Keys()) != 0 {
		t.Error("something was kept")
	}
}
