import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../src/backoff';

test('starts again at once, then later and later, then not at all', () => {
  const backoff = new Backoff();
  const waits = [0, 1, 2, 3, 4, 5].map((at) => backoff.ended(at));
  assert.deepEqual(waits, [0, 1000, 2000, 4000, 8000, undefined]);
});

test('forgets ends of long ago', () => {
  const backoff = new Backoff(2, 1000);
  assert.equal(backoff.ended(0), 0);
  assert.equal(backoff.ended(10), 1000);
  assert.equal(backoff.ended(2000), 0);
});

test('begins anew when a person asks', () => {
  const backoff = new Backoff(1);
  backoff.ended(0);
  assert.equal(backoff.ended(1), undefined);
  backoff.reset();
  assert.equal(backoff.ended(2), 0);
});

test('never waits longer than the longest', () => {
  const backoff = new Backoff(100);
  const waits = Array.from({ length: 50 }, (_, at) => backoff.ended(at) ?? 0);
  assert.equal(Math.max(...waits), 16_000);
});
