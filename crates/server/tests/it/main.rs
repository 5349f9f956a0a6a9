//! The whole server over a real ledger: routes, guards, limits, pages.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at what it did not expect"
)]

mod accounts;
mod agents;
mod campaign_page;
mod campaigns;
mod create;
mod events;
mod fields;
mod forecast;
mod instances;
mod markup;
mod matrix;
mod media;
mod numbers;
mod openapi;
mod page_cache;
mod pages;
mod people;
mod places;
mod prices;
mod recordings;
mod routes;
mod rows;
mod safety;
mod searching;
mod sign_in;
mod streams;
mod support;
mod twilio;
mod uploads;
mod users;
mod wire;
mod wizard;
