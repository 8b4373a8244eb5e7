//! A crate.
use std::fmt;

pub const LIMIT: usize = 3;
static mut COUNT: u32 = 0;

/// A point.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct Point<T> { pub x: T, y: T }

#[derive(Debug)]
/// A shape.
enum Shape { Circle(f64), Square { side: f64 } }
union Bits { int: u32, float: f32 }
type Pair = (i32, i32);

trait Area { const SIDES: u32; type Unit; fn area(&self) -> f64; fn twice(&self) -> f64 { self.area() * 2.0 } }

impl<T: Clone> Area for Point<T> {
    /// Its area.
    #[inline]
    fn area(&self) -> f64 {
        fn helper() {}
        let f = |x: i32| { const INNER: i32 = 1; x + INNER };
        0.0
    }
}
impl fmt::Display for Shape { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
macro_rules! square { ($x:expr) => { $x * $x }; }
pub(crate) async unsafe fn run<'a, T>(input: &'a [T], count: usize) -> Result<(), Box<dyn std::error::Error>> where T: Clone { Ok(()) }

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn adds() { assert_eq!(1 + 1, 2); }
    #[tokio::test]
    #[ignore]
    // with a comment
    async fn waits() {}
    fn helper() {}
}
