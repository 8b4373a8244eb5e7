// A counter with a history.
const limit = 10;
var counter = makeCounter({ limit, start: 0 });

function makeCounter({ limit: most = limit, start = 0, ...options } = {}) {
  let count = start;
  if (options.debug) {
    var trace = [];
    let count = trace.length;
    console.log(count, trace);
  }
  function step(by = count) {
    count += by;
    if (count > most) throw new RangeError(message());
    return { count, step, most: limit };
  }
  const message = () => `count ${count} of ${most}`;
  for (const key in options) { options[key] = key; }
  for (var index = 0; index < 3; index++) step(index);
  for (last of Object.keys(options)) { step(last); }
  let last, first;
  [first, last] = [last, first];
  ({ start, other: first = 3 } = options);
  try { step(); } catch { count--; }
  try { step(); } catch (error) { report(error); }
  return step;
}

class Clock extends Base {
  #time = 0;
  zone = limit;
  static { const zone = this.zone; use(zone); }
  tick(count) { this.count = count; return function again(n) { return n ? again(n - 1) : arguments; }; }
}

async function* stream(source, ...rest) {
  for await (const chunk of source) yield chunk;
  outer: while (true) { break outer; }
  switch (rest) { case 1: { let rest = 2; use(rest); } }
  return import(source);
}
