; tests of TSX
