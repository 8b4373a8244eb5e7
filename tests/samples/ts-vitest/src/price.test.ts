import { describe, expect, it } from 'vitest';
import { discountFor, total } from './price';

describe('discountFor', () => {
  it('gives members more for large orders', () => {
    expect(discountFor(9999, 'member')).toBe(10);
    expect(discountFor(10000, 'member')).toBe(15);
  });

  it('gives businesses a little', () => {
    expect(discountFor(49999, 'business')).toBe(3);
    expect(discountFor(50000, 'business')).toBe(8);
  });

  it('gives nothing to others or for nothing', () => {
    expect(discountFor(50000, 'private')).toBe(0);
    expect(discountFor(0, 'member')).toBe(0);
  });
});

describe('total', () => {
  it('adds up and takes the discount off', () => {
    const items = [
      { name: 'pen', cents: 150, count: 2 },
      { name: 'ink', cents: 700, count: 1 },
    ];
    expect(total(items)).toBe(1000);
    expect(total(items, 'member')).toBe(900);
    expect(total([])).toBe(0);
  });

  it('refuses a count below zero', () => {
    expect(() => total([{ name: 'pen', cents: 1, count: -1 }])).toThrow(RangeError);
  });
});
