; outline of Java
