; scopes of JavaScript
