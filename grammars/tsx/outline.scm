; outline of TSX
