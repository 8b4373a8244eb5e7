; tests of Bash
