; outline of Bash
