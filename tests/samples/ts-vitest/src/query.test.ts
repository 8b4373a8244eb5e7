import { describe, expect, it } from 'vitest';
import { shipping } from './price';
import { isEmptyQuery, Pager, parseQuery } from './query';

describe('parseQuery', () => {
  it('reads names and values', () => {
    expect([...parseQuery('?a=1&b=x%20y&a=2&c')]).toEqual([
      ['a', ['1', '2']],
      ['b', ['x y']],
      ['c', ['']],
    ]);
    expect(parseQuery('').size).toBe(0);
    expect(parseQuery('&&').size).toBe(0);
  });

  it('knows an empty query', () => {
    expect(isEmptyQuery('?')).toBe(true);
    expect(isEmptyQuery('?a')).toBe(false);
  });
});

describe('Pager', () => {
  it('stays inside its pages', () => {
    const pager = new Pager(10, 25);
    expect(pager.pages).toBe(3);
    expect(pager.go(0)).toBe(1);
    expect(pager.go(9)).toBe(3);
    expect(pager.range()).toEqual([20, 25]);
    expect(pager.go(2)).toBe(2);
    expect(pager.range()).toEqual([10, 20]);
  });

  it('has one page of nothing', () => {
    expect(new Pager().pages).toBe(1);
    expect(new Pager().range()).toEqual([0, 0]);
  });
});

it('shipping depends on country and weight', () => {
  expect(shipping(100, 'DE')).toBe(499);
  expect(shipping(5001, 'DE')).toBe(999);
  expect(shipping(1, 'CH')).toBe(1299);
  expect(shipping(1, 'XX')).toBeUndefined();
});
