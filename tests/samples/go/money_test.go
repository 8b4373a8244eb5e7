package money

import (
	"reflect"
	"testing"
)

func TestParse(t *testing.T) {
	wanted := map[string]int{"12": 1200, "12.3": 1230, "12.34": 1234, "-0.05": -5, "0": 0}
	for text, cents := range wanted {
		if got, err := Parse(text); err != nil || got != cents {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, cents)
		}
	}
	for _, text := range []string{"", "x", "1.", "1.234", "1.x", "--1", "+1"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) was accepted", text)
		}
	}
}

func TestFormat(t *testing.T) {
	wanted := map[int]string{0: "0.00", 5: "0.05", -5: "-0.05", 1234: "12.34"}
	for cents, text := range wanted {
		if got := Format(cents); got != text {
			t.Errorf("Format(%d) = %q; want %q", cents, got, text)
		}
	}
}

func TestSplitLosesNothing(t *testing.T) {
	if got, want := Split(100, 3), []int{34, 33, 33}; !reflect.DeepEqual(got, want) {
		t.Errorf("Split = %v, want %v", got, want)
	}
	if Split(100, 0) != nil {
		t.Error("there is nobody to split for")
	}
}

func TestGrade(t *testing.T) {
	for cents, grade := range map[int]string{-1: "debt", 0: "change", 99: "change", 100: "money"} {
		if got := Grade(cents); got != grade {
			t.Errorf("Grade(%d) = %q; want %q", cents, got, grade)
		}
	}
}
