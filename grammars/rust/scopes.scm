; scopes of Rust
