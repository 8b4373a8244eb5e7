; tests of Python
