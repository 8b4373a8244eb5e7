; tests of Java
