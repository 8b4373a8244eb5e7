; outline of Go
