; scopes of TSX
