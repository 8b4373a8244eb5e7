// When a server that ended by itself is started again: at once, then after longer and longer pauses, and after too many
// ends within a while not at all. Pure; times are milliseconds.

export class Backoff {
  private ends: number[] = [];

  constructor(
    private readonly most = 5,
    private readonly within = 180_000,
    private readonly longest = 16_000,
  ) {}

  /// The server ended at `now`: how long to wait before the next start, or undefined for no more.
  ended(now: number): number | undefined {
    this.ends = this.ends.filter((end) => now - end < this.within);
    this.ends.push(now);
    if (this.ends.length > this.most) {
      return undefined;
    }
    return this.ends.length === 1 ? 0 : Math.min(this.longest, 1000 * 2 ** (this.ends.length - 2));
  }

  /// A person asked for a new start.
  reset(): void {
    this.ends = [];
  }
}
