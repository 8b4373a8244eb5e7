; scopes of C++
