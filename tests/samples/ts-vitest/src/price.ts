export type Customer = 'private' | 'business' | 'member';

export interface Item {
  name: string;
  cents: number;
  count: number;
}

/** The discount in percent for an order of this many cents. */
export function discountFor(cents: number, customer: Customer): number {
  if (cents <= 0) {
    return 0;
  } else if (customer === 'member') {
    return cents >= 10000 ? 15 : 10;
  }
  if (customer === 'business') {
    if (cents >= 50000) {
      return 8;
    } else {
      return 3;
    }
  }
  return 0;
}

/** What all items cost together, after the customer's discount, in whole cents. */
export function total(items: Item[], customer: Customer = 'private'): number {
  let sum = 0;
  for (const item of items) {
    if (item.count < 0) {
      throw new RangeError(`${item.name}: the count is below zero`);
    }
    sum += item.cents * item.count;
  }
  return sum - Math.floor((sum * discountFor(sum, customer)) / 100);
}

/** Shipping in cents, by weight in grams; undefined where nothing is sent. */
export function shipping(grams: number, country: string): number | undefined {
  switch (country) {
    case 'DE':
      return grams > 5000 ? 999 : 499;
    case 'AT':
    case 'CH':
      return 1299;
    default:
      return undefined;
  }
}
