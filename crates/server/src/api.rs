//! The JSON API under `/api/v1`, and its OpenAPI document.
//!
//! Handlers translate between HTTP and the ledger; they decide nothing about calling.

mod account;
pub(crate) mod activity;
mod agents;
pub(crate) mod audit;
mod calls;
mod campaigns;
pub(crate) mod carriers;
mod check;
mod contacts;
mod create;
mod csv_stream;
mod document;
mod events;
mod fields;
mod forecast;
mod health;
mod instances;
pub(crate) mod media;
mod numbers;
pub(crate) mod reading;
mod reason;
pub(crate) mod recordings;
mod safety;
pub(crate) mod searching;
mod settings;
mod shares;
mod skips;
mod streams;
mod tokens;
pub(crate) mod uploads;
mod users;
pub(crate) mod wire;
pub(crate) mod wire_accounts;
pub(crate) mod wire_calls;
pub(crate) mod words;

use std::sync::LazyLock;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::response::IntoResponse;
use axum::routing::get;
use ringonce_domain::account::Permission;
use utoipa_axum::routes;

use crate::limits;
use crate::routes::{Routes, Rule};

/// Where the API begins.
const ROOT: &str = "/api/v1";

/// The API's routes.
pub(crate) fn routes() -> Routes {
    use Permission as May;
    let may = Rule::May;
    let calls = may(May::CallsRead);
    let numbers = may(May::NumbersRead);
    let campaigns = may(May::CampaignsRead);
    let run = may(May::CampaignsRun);
    let write = may(May::CampaignsWrite);
    let export = may(May::Export);
    let agents = may(May::AgentsWrite);
    let health = Routes::below("")
        .api(Rule::Open, routes!(health::alive))
        .api(Rule::Open, routes!(health::ready));
    Routes::below(ROOT)
        .api(campaigns, routes!(campaigns::list))
        .upload(write, routes!(create::create))
        .upload(write, routes!(check::report))
        .api(campaigns, routes!(agents::list))
        .api(agents, routes!(agents::create))
        .api(campaigns, routes!(agents::preview))
        .api(campaigns, routes!(agents::show))
        .api(agents, routes!(agents::change))
        .api(campaigns, routes!(agents::versions))
        .api(agents, routes!(agents::archive))
        .api(agents, routes!(agents::restore))
        .api(campaigns, routes!(agents::preview_campaign))
        .api(campaigns, routes!(media::list))
        .upload(agents, routes!(media::add))
        .api(agents, routes!(media::remove))
        .upload(write, routes!(uploads::take))
        .api(write, routes!(uploads::check_again))
        .api(write, routes!(uploads::skips))
        .api(write, routes!(uploads::problems_csv))
        .api(write, routes!(uploads::delete))
        .api(campaigns, routes!(forecast::predict))
        .api(campaigns, routes!(campaigns::show))
        .api(campaigns, routes!(forecast::predict_campaign))
        .api(campaigns, routes!(fields::of_campaign))
        .api(write, routes!(campaigns::edit))
        .api(write, routes!(campaigns::delete))
        .api(campaigns, routes!(shares::list))
        .api(write, routes!(shares::share))
        .api(write, routes!(shares::end))
        .api(campaigns, routes!(skips::of_draft))
        .api(run, routes!(campaigns::start))
        .api(run, routes!(campaigns::pause))
        .api(run, routes!(campaigns::resume))
        .api(campaigns, routes!(activity::show))
        .api(campaigns, routes!(activity::waiting))
        .api(campaigns, routes!(contacts::list))
        .api(campaigns, routes!(contacts::problems))
        .api(export, routes!(contacts::problems_csv))
        .api(export, routes!(contacts::export))
        .api(calls, routes!(calls::list))
        .api(calls, routes!(calls::list_of_campaign))
        .api(calls, routes!(calls::show))
        .api(calls, routes!(streams::redeem))
        .api(calls, routes!(recordings::of_call))
        .api(calls, routes!(recordings::list))
        .api(calls, routes!(recordings::audio))
        .api(numbers, routes!(numbers::read_text))
        .api(numbers, routes!(numbers::show))
        .api(may(May::NumbersBlock), routes!(numbers::block))
        .api(may(May::AuditRead), routes!(audit::list))
        .api(campaigns, routes!(instances::list))
        .api(campaigns, routes!(carriers::list))
        .api(may(May::SettingsManage), routes!(carriers::test))
        .api(may(May::AuditRead), routes!(carriers::comparisons))
        .api(may(May::AuditRead), routes!(carriers::differences))
        .api(campaigns, routes!(settings::show))
        .api(may(May::SettingsManage), routes!(settings::change))
        .api(campaigns, routes!(safety::show))
        .api(may(May::SafetyStop), routes!(safety::stop))
        .api(may(May::SafetyResume), routes!(safety::resume))
        .api(campaigns, routes!(events::stream))
        .other(
            Rule::SignedIn,
            Method::GET,
            "/api/v1/openapi.json",
            get(openapi),
        )
        .merge(health)
        .merge(account_routes())
}

/// The routes of accounts: the caller's own, and those of others for admins.
fn account_routes() -> Routes {
    let known = Rule::SignedIn;
    let manage = Rule::May(Permission::UsersManage);
    Routes::below(ROOT)
        .api(known, routes!(account::show))
        .api(known, routes!(account::change))
        .api(known, routes!(account::password))
        .api(known, routes!(account::offer_two_factor))
        .api(known, routes!(account::confirm_two_factor))
        .api(known, routes!(account::remove_two_factor))
        .api(known, routes!(account::recovery_codes))
        .api(known, routes!(account::sessions))
        .api(known, routes!(account::end_session))
        .api(known, routes!(account::end_others))
        .api(known, routes!(tokens::list_own))
        .api(known, routes!(tokens::create))
        .api(known, routes!(tokens::revoke))
        .api(Rule::May(Permission::TokensAll), routes!(tokens::list))
        .api(manage, routes!(users::list))
        .api(manage, routes!(users::invite))
        .api(manage, routes!(users::change))
        .api(manage, routes!(users::disable))
        .api(manage, routes!(users::enable))
        .api(manage, routes!(users::link))
        .api(manage, routes!(users::reset_two_factor))
}

/// The OpenAPI document as pretty JSON with a final line feed: what `docs/openapi.json` holds and
/// `/api/v1/openapi.json` answers.
pub fn openapi_json() -> String {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        // Serialising a document of strings and maps cannot fail.
        document::document().to_pretty_json().unwrap_or_default() + "\n"
    });
    TEXT.clone()
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json())
}

/// Bytes of a body where nothing else is said.
pub(crate) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(limits::BODY_BYTES)
}
