; scopes of C
