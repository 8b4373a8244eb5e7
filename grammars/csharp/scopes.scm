; scopes of C#
