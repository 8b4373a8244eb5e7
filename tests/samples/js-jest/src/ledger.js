'use strict';

/** An account book in whole cents. */
class Ledger {
  constructor() {
    this.entries = [];
  }

  /** Adds an entry; amounts out of an account are negative. */
  add(account, cents, note = '') {
    if (!Number.isInteger(cents)) {
      throw new TypeError('cents must be a whole number');
    }
    if (cents !== 0) {
      this.entries.push({ account, cents, note });
    }
    return this;
  }

  balance(account) {
    let sum = 0;
    for (const entry of this.entries) {
      if (entry.account === account) {
        sum += entry.cents;
      }
    }
    return sum;
  }

  /** Moves money if there is enough of it. */
  transfer(from, to, cents) {
    if (cents <= 0) {
      return false;
    } else {
      if (this.balance(from) < cents) {
        return false;
      }
      this.add(from, -cents, `to ${to}`);
      this.add(to, cents, `from ${from}`);
      return true;
    }
  }

  static merge(...ledgers) {
    const merged = new Ledger();
    for (const ledger of ledgers) {
      merged.entries.push(...ledger.entries);
    }
    return merged;
  }
}

/**
 * @param {number} cents
 */
function formatCents(cents) {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(cents) / 100);
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${sign}${whole}.${rest}`;
}

function largest(entries, wanted) {
  let found = null;
  for (const entry of entries) {
    if (entry.account === wanted) {
      if (found === null || Math.abs(entry.cents) > Math.abs(found.cents)) {
        found = entry;
      }
    }
  }
  return found;
}

module.exports = { Ledger, formatCents, largest };
