; tests of TypeScript
