use std::collections::HashMap as Map;
const MAX: i32 = 3;
fn outer(a: i32, (b, mut c): (i32, i32), &Point { x, y: ref z, .. }: &Point) -> i32 {
    let a = a + 1;
    let a = { let a = a * 2; a };
    if let Some(v) = find(a) { use_it(v) } else { v };
    while let Some(q @ 1..=3) = find(c) { c += q; }
    let n = 1;
    match n { Some(n) | Ok(n) if n > 1 => n, MAX => 1, other => other, path::X => n };
    for i in i..3 { b; }
    let add = |p: i32, &r: &i32| p + r + a;
    println!("{} {b} {:?}", c, a.c);
    assert!(items.iter().all(|x| x > z), "{n}");
    custom!(z);
    let Some(k) = other else { return n };
    let p = Point { x, y: b, ..base };
    fn inner<T: Shape>(t: T) -> T { a; MAX; outer; t }
    add(k, n)
}
