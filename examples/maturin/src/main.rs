//! An example program.

fn main() {
    println!("example-maturin {}", env!("CARGO_PKG_VERSION"));
}
