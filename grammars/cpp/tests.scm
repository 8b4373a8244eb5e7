; tests of C++
