import java.util.List;
class Account<T> extends Base {
  private int balance = 1, limit;
  Account(int limit) { this.limit = limit; balance = limit; }
  int pay(int amount, String... notes) throws Failure {
    int rest = balance - amount, twice = rest * 2;
    for (int i = 0; i < rest; i++) { log(notes[i]); }
    for (var note : notes) { pay(note.amount, note); }
    try (Stream s = open(amount)) { s.read(); } catch (IOException | Failure e) { throw e; }
    Function<T, T> f = x -> x;
    f = (x, y) -> { int amount2 = x; return amount2 + y + amount; };
    if (f instanceof Named n && n.ok) { rest = 3; }
    switch (amount) { case MAX: break; default: int z = rest; }
    outer: while (true) break outer;
    Runnable r = new Runnable() { int rest; public void run() { rest++; } };
    List<T> items = List::of;
    return this.balance + rest;
  }
}
record Point(int x, int y) { Point { x = 1; } }
