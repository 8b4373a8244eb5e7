const { Ledger, formatCents, largest } = require('../src/ledger');
const { formatField } = require('../src/csv');

describe('Ledger', () => {
  let ledger;

  beforeEach(() => {
    ledger = new Ledger().add('cash', 500).add('bank', 1000);
  });

  test('adds up by account', () => {
    ledger.add('cash', -120, 'bread').add('cash', 0);
    expect(ledger.balance('cash')).toBe(380);
    expect(ledger.balance('none')).toBe(0);
    expect(ledger.entries).toHaveLength(3);
  });

  test('refuses parts of cents', () => {
    expect(() => ledger.add('cash', 0.5)).toThrow(TypeError);
  });

  test('transfers only what is there', () => {
    expect(ledger.transfer('cash', 'bank', 600)).toBe(false);
    expect(ledger.transfer('cash', 'bank', 0)).toBe(false);
    expect(ledger.transfer('cash', 'bank', 500)).toBe(true);
    expect(ledger.balance('cash')).toBe(0);
    expect(ledger.balance('bank')).toBe(1500);
  });

  test('merges entries', () => {
    expect(Ledger.merge(ledger, ledger).balance('cash')).toBe(1000);
  });
});

test('formatCents writes two places', () => {
  expect(formatCents(1234)).toBe('12.34');
  expect(formatCents(-5)).toBe('-0.05');
});

test('largest goes by size, not sign', () => {
  const entries = [
    { account: 'a', cents: 5 },
    { account: 'a', cents: -9 },
    { account: 'b', cents: 99 },
  ];
  expect(largest(entries, 'a').cents).toBe(-9);
  expect(largest(entries, 'c')).toBeNull();
});

test('formatField quotes only what needs it', () => {
  expect(formatField('plain')).toBe('plain');
  expect(formatField('a,b')).toBe('"a,b"');
  expect(formatField('say "hi"')).toBe('"say ""hi"""');
});
