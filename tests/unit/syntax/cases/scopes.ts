import def, { one, two as deux } from './m';
export { helper as aide, run };
function helper<T extends Shape>({ a, b: c = def, ...rest }: Shape, [x, , y]: number[], h = x): T {
  var hoisted = 1;
  {
    var hoisted = 2;
    let hoisted2 = a;
    const a = 3;
    later(a, hoisted2);
  }
  function later(...all) { return all.length + h; }
  const o = { a, c, later, [x]: y, rest };
  for (const key of rest) console.log(key);
  for (let i = 0; i < h; i++) setTimeout(() => i);
  for (x in o) { }
  try { } catch ({ message }) { throw message; }
  [a, c.x] = [1, 2];
  ({ y, b: c } = o);
  const arrow = async (n: number, m = n) => n + m + arrow.length;
  const self = function me() { return me; };
  label: for (;;) { break label; }
  let shape: Shape = o as unknown as Shape;
  switch (h) { case 1: let s = 1; break; default: s = 2; }
  class Local<U> extends Base { constructor(private p: number, readonly q: U, r) { super(p + r); } m(): U { return this.q; } }
  return new Local<T>(one, deux);
}
interface Shape { width: number; area(scale: number): number }
type Fn<A> = (value: A) => Shape;
enum Color { Red = one }
const run = (value?: string) => value ?? helper;
function dyn(code) { let v = 1; return eval(code); }
