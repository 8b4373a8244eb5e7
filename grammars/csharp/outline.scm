; outline of C#
