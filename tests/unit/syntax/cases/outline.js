#!/usr/bin/env node
// Not a doc comment of what follows.

/** Adds. */
export function add(a, b = 1) { return a + b; }
export default class Point extends Base {
  x = 1;
  onClick = (event) => { this.x = event.x; };
  /* Makes one. */
  constructor(x) { super(); this.x = x; }
  static async *each([first, ...rest], { depth } = {}) { yield first; }
  get size() { return 1; }
  set size(value) { }
  #secret() { return 2; }
  ["computed"]() { }
}
const a = 1, b = 2;
// The answer.
const answer = 42;
const double = x => x * 2;
export const triple = async function (x) { return x * 3; };
module.exports.quadruple = (x) => x * 4;
const api = {
  get: (path) => fetch(path),
  post: function (path, body) { return fetch(path, { body }); },
  put(path) { },
};
let Local = class { m() { const hidden = 1; return hidden; } };
function* numbers() { yield 1; }

describe("Point", () => {
  const shared = new Point(1);
  it("has a size", async () => { expect(shared.size).toBe(1); });
  it.skip('waits', function (done) { done(); });
  describe.each([[1], [2]])("of %i", (n) => {
    test.each`a | b`("adds $a", ({ a }) => { });
    test.each([[1, 2]])("doubles %i", (x, y) => { });
    test(`template`, () => { });
  });
  it.todo("later");
});
