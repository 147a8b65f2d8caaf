#![allow(dead_code)]
//! Inner doc — with “quotes” and an ünïcode word.

use std::{
    collections::{BTreeMap, HashMap as Map},
    fmt::{self, Display},
};

/// Outer doc
/** Block doc /* nested */ end */
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point<'a, T: ?Sized + 'a, const N: usize = 3>
where
    T: Display,
{
    pub x: &'a T,
    y: [u8; N],
}

pub enum Shape {
    Circle { radius: f64 },
    Rect(f64, f64),
    Unit = 0x1f,
}

union Bits {
    float: f32,
    int: u32,
}

mod inner {
    pub(super) use super::Shape as Form;
    pub const LIMIT: u64 = 1_000_u64;
    pub static mut COUNTER: i32 = -1;
}

#[cfg(all(test, not(feature = "x")))]
impl<'a, T, const N: usize> Point<'a, T, N>
where
    T: Display + ?Sized,
{
    async fn area(&self, mut scale: impl Fn(f64) -> f64) -> Result<f64, Box<dyn std::error::Error + Send>> {
        let r#type = scale(2.5e-3);
        let text = r##"raw "string" with # and \n"##;
        let bytes = b"bytes\x00\n";
        let c = c"null terminated";
        let ch = '\u{1F600}';
        let life: &'static str = "escaped \" \\ \
            continued";
        let label = 'outer: loop {
            for i in (0..10).rev().filter(|n| n % 2 == 0) {
                if let Some(v) = Some(i) && v > 3 {
                    break 'outer v;
                } else if i == 1..=2 as usize {
                    continue 'outer;
                }
            }
        };
        let Shape::Circle { radius } = shape else { return Err("no".into()) };
        match label {
            0 => {}
            n @ 1..=9 if n > 4 => println!("{n:?} {}", n),
            -1 | 100.. => unreachable!(),
            _ => todo!(),
        }
        unsafe { inner::COUNTER += 1 };
        Ok(self.x.to_string().parse::<f64>()? + 1. + 1.0f32 as f64)
    }
}

trait Walk: Iterator<Item = u8> {
    type Out<'b>: Default
    where
        Self: 'b;
    const ID: u8 = b'\n';
    fn step<'b>(&'b mut self) -> Self::Out<'b>;
}

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        let mut map = Map::new();
        $(map.insert($key, $value);)*
        map
    }};
}

extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn main() {
    let m = map! { "a" => 1, "b" => 2 };
    let f = |x: i32, (a, b): (u8, u8)| -> i32 { x + a as i32 };
    let closure = move || async { m.get("a").copied() };
    let t = <Vec<u8> as IntoIterator>::into_iter(vec![1; 3]);
    let _ = x.0.1 << 2 >> 1 & !3 | 4 ^ 5;
    /* block /* nested */ comment */
}
