; scopes of Java
