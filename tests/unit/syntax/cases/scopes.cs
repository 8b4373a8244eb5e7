class Account<T> : Base {
  int balance = 1; public int Limit { get => balance; set { balance = value; } }
  Account(int limit) { this.balance = limit; }
  int Pay(int amount, ref int fee, params int[] notes) {
    int rest = balance - amount; var (e, f) = Split(rest);
    foreach (var note in notes) Log(note, amount: fee);
    for (int i = 0; i < rest; i++) { }
    using (var r = Open()) { r.Read(); }
    try { } catch (Failure error) when (error != null) { throw; }
    if (!Try(out var found)) return e;
    if (amount is string s && s.Length > f) { }
    Func<int, int> g = p => p + found; g = (p, q) => { return p + q; };
    switch (amount) { case int n when n > 1: break; case long n: break; }
    var t = amount switch { int k => k, _ => rest };
    int Local(int u) => u + rest;
    var made = new Foo { rest = rest, X = amount };
    var anonymous = new { fee, Z = rest };
    (e, f) = (f, e);
    var text = $"{rest:x} {nameof(amount)}";
    return Local(rest);
  }
}
