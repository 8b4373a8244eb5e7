; outline of Rust
