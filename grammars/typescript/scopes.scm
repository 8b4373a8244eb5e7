; scopes of TypeScript
