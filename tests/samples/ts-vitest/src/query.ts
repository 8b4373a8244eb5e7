/** The pairs of a query string, in order; a name without value has an empty one. */
export function parseQuery(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const query = text.startsWith('?') ? text.slice(1) : text;
  for (const part of query.split('&')) {
    if (part === '') {
      continue;
    }
    const [name, value = ''] = part.split('=', 2);
    const known = found.get(decode(name));
    if (known) {
      known.push(decode(value));
    } else {
      found.set(decode(name), [decode(value)]);
    }
  }
  return found;
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

export class Pager {
  private page = 1;

  constructor(
    private readonly size: number = 20,
    private readonly count: number = 0,
  ) {}

  get pages(): number {
    return Math.max(1, Math.ceil(this.count / this.size));
  }

  /** Goes to a page, or as near to it as there are pages. */
  go(page: number): number {
    if (page < 1) {
      this.page = 1;
    } else {
      if (page > this.pages) {
        this.page = this.pages;
      } else {
        this.page = page;
      }
    }
    return this.page;
  }

  range(): [number, number] {
    const begin = (this.page - 1) * this.size;
    return [begin, Math.min(begin + this.size, this.count)];
  }
}

export const isEmptyQuery = (text: string): boolean => text === '' || text === '?';
