const { parseLine, parseTable } = require('../src/csv');

describe('parseLine', () => {
  test('splits at the separator', () => {
    expect(parseLine('a,b,,c')).toEqual(['a', 'b', '', 'c']);
    expect(parseLine('a;b', ';')).toEqual(['a', 'b']);
    expect(parseLine('')).toEqual(['']);
  });

  test('reads quoted fields', () => {
    expect(parseLine('"a,b",c')).toEqual(['a,b', 'c']);
    expect(parseLine('"say ""hi""",x')).toEqual(['say "hi"', 'x']);
  });

  test('refuses an open quote', () => {
    expect(() => parseLine('"a,b')).toThrow('open');
  });
});

describe('parseTable', () => {
  test('names the fields by the first line', () => {
    expect(parseTable('name,age\nann,7\nbob\n')).toEqual([
      { name: 'ann', age: '7' },
      { name: 'bob', age: '' },
    ]);
  });

  test('an empty text has no rows', () => {
    expect(parseTable('\n')).toEqual([]);
  });
});
