; outline of C++
