; tests of C
