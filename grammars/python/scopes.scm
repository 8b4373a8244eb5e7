; scopes of Python
