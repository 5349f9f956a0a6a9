//! The caller's own account: name, language, zone, password, second factor, sessions.
//!
//! What needs a person is refused to tokens: a leaked token must not become a password. A change of how a
//! person signs in asks for their password again.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use ringonce_domain::hours::Zone;
use ringonce_domain::{Language, SessionId};
use ringonce_store::model::{Ending, UserChange};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::AppState;
use crate::account::sign_in::{Visitor, knows_password, second_factor};
use crate::account::two_factor;
use crate::api::users::person_name;
use crate::api::wire_accounts::{AccountView, EndedView, OfferView, RecoveryView, SessionView};
use crate::auth::{Caller, Person};
use crate::extract::{Json, Path};
use crate::problem::Problem;

/// Who asks, and what they may.
#[utoipa::path(get, path = "/account", tag = "account", responses((status = 200, body = AccountView)))]
pub(crate) async fn show(Extension(caller): Extension<Caller>) -> axum::Json<AccountView> {
    axum::Json(AccountView::of(&caller, caller.user().cloned()))
}

/// What to change about oneself. What is absent stays; null chooses nothing, so that the browser decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeRequest {
    /// What people call you.
    name: Option<String>,
    /// Which language you read.
    #[serde(default)]
    #[schema(value_type = Option<Language>)]
    language: Choice<Language>,
    /// In which zone you read times, an IANA name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    zone: Choice<String>,
}

/// A choice that may be changed or taken back.
#[derive(Debug, Default)]
pub(super) enum Choice<T> {
    /// Absent: as it was.
    #[default]
    Same,
    /// This; or, with null, none.
    Chosen(Option<T>),
}

impl<T> Choice<T> {
    fn over(self, so_far: Option<T>) -> Option<T> {
        match self {
            Self::Same => so_far,
            Self::Chosen(choice) => choice,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Choice<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(Self::Chosen)
    }
}

/// Changes name, language or zone.
#[utoipa::path(patch, path = "/account", tag = "account", request_body = ChangeRequest,
    responses((status = 200, body = AccountView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<ChangeRequest>,
) -> Result<axum::Json<AccountView>, Problem> {
    let person = caller.person()?;
    let zone = match request.zone {
        Choice::Chosen(Some(named)) => Choice::Chosen(Some(zone_name(&named)?)),
        other => other,
    };
    let name = request.name.as_deref().map(person_name).transpose()?;
    if let Some(name) = name {
        apply(&state, &caller, person, UserChange::Name(name)).await?;
    }
    let preferences = UserChange::Preferences {
        language: request.language.over(person.user.language),
        zone: zone.over(person.user.zone.clone()),
    };
    apply(&state, &caller, person, preferences).await?;
    let user = state.store.user(person.user.id).await?;
    Ok(axum::Json(AccountView::of(&caller, Some(user))))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// The one so far.
    current: String,
    /// The one from then on: at least 15 characters of any kind, not easy to guess.
    password: String,
}

/// Changes the password. Ends every other session.
#[utoipa::path(post, path = "/account/password", tag = "account", request_body = PasswordRequest,
    responses((status = 204), (status = 403, body = Problem),
              (status = 422, body = Problem, description = "One of the two is not good"), (status = 429, body = Problem)))]
pub(crate) async fn password(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    visitor: Visitor,
    Json(request): Json<PasswordRequest>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    confirm(&state, &visitor, person, request.current, "current").await?;
    let owner = (person.user.email.clone(), person.user.name.clone());
    let entropy = state.entropy.as_ref();
    let password = state
        .passwords
        .accept(request.password, owner, entropy)
        .await??;
    let change = UserChange::Password {
        password,
        keep: Some(person.hash),
    };
    apply(&state, &caller, person, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofRequest {
    /// Yours.
    password: String,
}

/// Makes a secret for an authenticator. It counts once a code is confirmed.
#[utoipa::path(post, path = "/account/two-factor", tag = "account", request_body = ProofRequest,
    responses((status = 201, body = OfferView), (status = 403, body = Problem),
              (status = 409, body = Problem, description = "There is a second factor already"),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn offer_two_factor(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    visitor: Visitor,
    Json(request): Json<ProofRequest>,
) -> Result<(StatusCode, axum::Json<OfferView>), Problem> {
    let person = caller.person()?;
    confirm(&state, &visitor, person, request.password, "password").await?;
    let secret = two_factor::new_secret(state.entropy.as_ref());
    let offer = two_factor::offer(&secret, person.user.email.as_str())?;
    apply(&state, &caller, person, UserChange::StartTwoFactor(secret)).await?;
    let view = OfferView {
        secret: offer.secret,
        url: offer.url,
        path: offer.path,
        side: offer.side,
    };
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRequest {
    /// Six digits of the authenticator.
    code: String,
}

/// Confirms the authenticator with a code of it, and gives out recovery codes, shown this once.
#[utoipa::path(post, path = "/account/two-factor/confirm", tag = "account", request_body = CodeRequest,
    responses((status = 200, body = RecoveryView), (status = 403, body = Problem),
              (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn confirm_two_factor(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    visitor: Visitor,
    Json(request): Json<CodeRequest>,
) -> Result<axum::Json<RecoveryView>, Problem> {
    let person = caller.person()?;
    let user = &person.user;
    state.rates.attempt(visitor.address, user.email.as_str())?;
    let found = state.store.credentials_of(user.id).await?;
    let secret = found.two_factor.filter(|_| !found.confirmed);
    let Some(secret) = secret else {
        let advice =
            "there is no second factor to confirm; begin with POST /api/v1/account/two-factor";
        return Err(Problem::conflict(advice));
    };
    let step = two_factor::step_of(&secret, &request.code, state.wall_clock());
    let step = step.ok_or_else(wrong_code)?;
    let codes = two_factor::recovery_codes(state.entropy.as_ref());
    let recovery = codes.iter().map(|code| two_factor::recovery_hash(code));
    let change = UserChange::ConfirmTwoFactor {
        secret,
        step,
        recovery: recovery.collect(),
    };
    apply(&state, &caller, person, change).await?;
    Ok(axum::Json(RecoveryView {
        recovery_codes: codes,
    }))
}

/// Both proofs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothRequest {
    /// Your password.
    password: String,
    /// Six digits of the authenticator, or a recovery code.
    code: String,
}

/// Takes the second factor away. Ends every other session.
#[utoipa::path(post, path = "/account/two-factor/remove", tag = "account", request_body = BothRequest,
    responses((status = 204), (status = 403, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn remove_two_factor(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    visitor: Visitor,
    Json(request): Json<BothRequest>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    confirm_both(&state, &visitor, person, request).await?;
    let change = UserChange::RemoveTwoFactor {
        keep: Some(person.hash),
    };
    apply(&state, &caller, person, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Other recovery codes, shown this once; those before no longer work.
#[utoipa::path(post, path = "/account/two-factor/recovery-codes", tag = "account", request_body = BothRequest,
    responses((status = 200, body = RecoveryView), (status = 403, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn recovery_codes(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    visitor: Visitor,
    Json(request): Json<BothRequest>,
) -> Result<axum::Json<RecoveryView>, Problem> {
    let person = caller.person()?;
    confirm_both(&state, &visitor, person, request).await?;
    let codes = two_factor::recovery_codes(state.entropy.as_ref());
    let hashes = codes.iter().map(|code| two_factor::recovery_hash(code));
    let change = UserChange::RecoveryCodes(hashes.collect());
    apply(&state, &caller, person, change).await?;
    Ok(axum::Json(RecoveryView {
        recovery_codes: codes,
    }))
}

/// Browsers in which you are signed in, the latest first.
#[utoipa::path(get, path = "/account/sessions", tag = "account",
    responses((status = 200, body = Vec<SessionView>), (status = 403, body = Problem)))]
pub(crate) async fn sessions(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<axum::Json<Vec<SessionView>>, Problem> {
    let person = caller.person()?;
    let wall = state.wall_clock();
    let sessions = state.store.sessions(person.user.id, wall).await?;
    let views = sessions.into_iter();
    let views = views.map(|session| SessionView::of(session, person.session.id));
    Ok(axum::Json(views.collect()))
}

/// Ends a session.
#[utoipa::path(delete, path = "/account/sessions/{id}", tag = "account", params(("id" = i64, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn end_session(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    if end(&state, &caller, person, Ending::One(id)).await? == 0 {
        return Err(Problem::not_found(format!("you have no session {id}")));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session but this one.
#[utoipa::path(post, path = "/account/sessions/end-others", tag = "account",
    responses((status = 200, body = EndedView), (status = 403, body = Problem)))]
pub(crate) async fn end_others(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<axum::Json<EndedView>, Problem> {
    let person = caller.person()?;
    let others = Ending::AllBut(Some(person.session.id));
    let ended = end(&state, &caller, person, others).await?;
    Ok(axum::Json(EndedView { ended }))
}

async fn end(
    state: &AppState,
    caller: &Caller,
    person: &Person,
    which: Ending,
) -> Result<u64, Problem> {
    let on = state.occasion(caller.actor());
    Ok(state.store.end_sessions(person.user.id, which, on).await?)
}

async fn apply(
    state: &AppState,
    caller: &Caller,
    person: &Person,
    change: UserChange,
) -> Result<(), Problem> {
    let on = state.occasion(caller.actor());
    Ok(state.store.change_user(person.user.id, change, on).await?)
}

async fn confirm(
    state: &AppState,
    visitor: &Visitor,
    person: &Person,
    password: String,
    field: &str,
) -> Result<(), Problem> {
    if knows_password(state, visitor, &person.user, password).await? {
        return Ok(());
    }
    Err(Problem::invalid("is not your password").in_field(field))
}

async fn confirm_both(
    state: &AppState,
    visitor: &Visitor,
    person: &Person,
    request: BothRequest,
) -> Result<(), Problem> {
    confirm(state, visitor, person, request.password, "password").await?;
    if second_factor(state, visitor, &person.user, &request.code).await? {
        return Ok(());
    }
    Err(wrong_code())
}

fn wrong_code() -> Problem {
    Problem::invalid("is wrong or was used; wait for the next code, and see that the clock of the authenticator is right")
        .in_field("code")
}

fn zone_name(named: &str) -> Result<String, Problem> {
    let zone = named.parse::<Zone>().map_err(|_| {
        Problem::invalid("is no time zone; write one such as America/New_York").in_field("zone")
    })?;
    Ok(zone.name().to_owned())
}
