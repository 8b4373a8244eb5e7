; outline of JavaScript
