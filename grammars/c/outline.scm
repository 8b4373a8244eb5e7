; outline of C
