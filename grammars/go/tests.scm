; tests of Go
