; tests of Rust
