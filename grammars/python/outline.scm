; outline of Python
