; outline of TypeScript
