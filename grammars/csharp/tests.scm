; tests of C#
