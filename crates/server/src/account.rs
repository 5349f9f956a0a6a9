//! What people sign in with: passwords, second factors, one-time links.
//!
//! Nothing here decides who may do what (`routes.rs`, `auth.rs`), and nothing here is ever logged.

pub mod links;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod two_factor;
