; scopes of Bash
