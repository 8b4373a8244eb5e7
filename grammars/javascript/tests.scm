; tests of JavaScript
