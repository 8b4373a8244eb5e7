// Package money reads and writes amounts in cents.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrAmount is what Parse gives back for a text that is no amount.
var ErrAmount = errors.New("not an amount")

// Parse reads "12", "12.3" or "-0.05" as cents.
func Parse(text string) (int, error) {
	sign := 1
	if strings.HasPrefix(text, "-") {
		sign = -1
		text = text[1:]
	}
	whole, rest, hasRest := strings.Cut(text, ".")
	units, err := strconv.ParseUint(whole, 10, 31)
	if err != nil {
		return 0, ErrAmount
	}
	cents := 0
	if hasRest {
		if len(rest) == 1 || len(rest) == 2 {
			parsed, err := strconv.ParseUint(rest, 10, 31)
			if err != nil {
				return 0, ErrAmount
			}
			cents = int(parsed)
			if len(rest) == 1 {
				cents *= 10
			}
		} else {
			return 0, ErrAmount
		}
	}
	return sign * (int(units)*100 + cents), nil
}

// Format writes cents with two places.
func Format(cents int) string {
	sign := ""
	if cents < 0 {
		sign = "-"
		cents = -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// Split divides cents among n so that nothing is lost; the first get the cents that are left over.
func Split(cents, n int) []int {
	if n <= 0 {
		return nil
	} else {
		parts := make([]int, n)
		for i := range parts {
			parts[i] = cents / n
			if i < cents%n {
				parts[i]++
			}
		}
		return parts
	}
}

// Grade names an amount.
func Grade(cents int) string {
	switch {
	case cents < 0:
		return "debt"
	case cents < 100:
		return "change"
	default:
		return "money"
	}
}
