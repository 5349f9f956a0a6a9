//! The whole server over a real ledger: routes, guards, limits, pages.

mod campaigns;
mod create;
mod doors;
mod events;
mod openapi;
mod pages;
mod rows;
mod safety;
mod support;
mod wire;
