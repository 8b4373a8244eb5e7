; scopes of Go
