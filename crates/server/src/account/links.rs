//! One-time links: for the first user, for whoever is invited, for whoever forgot a password.
//!
//! A link is given out once, by whoever made it; the ledger keeps its hash.

use ringonce_store::StoreError;
use ringonce_store::model::{LinkPurpose, NewLink, Occasion, User};

use crate::AppState;
use crate::limits;
use crate::token::{random_hex, secret_hash};

/// Where every link leads.
pub(crate) const PATH: &str = "/welcome";

/// A link for a person: to choose their first password, or another one.
pub(crate) async fn for_user(
    state: &AppState,
    user: &User,
    on: Occasion,
) -> Result<String, StoreError> {
    let (purpose, lasts) = if user.password_set {
        (LinkPurpose::Reset(user.id), limits::RESET_LINK)
    } else {
        (LinkPurpose::Invitation(user.id), limits::INVITATION_LINK)
    };
    make(state, purpose, on, lasts).await
}

/// A link for whoever becomes the first admin; `None` when there are users.
pub(crate) async fn for_first(
    state: &AppState,
    on: Occasion,
) -> Result<Option<String>, StoreError> {
    if anybody(state).await? {
        return Ok(None);
    }
    make(state, LinkPurpose::First, on, limits::FIRST_LINK)
        .await
        .map(Some)
}

/// Whether there is a user.
pub(crate) async fn anybody(state: &AppState) -> Result<bool, StoreError> {
    let page = ringonce_store::model::Page {
        after: None,
        limit: 1,
    };
    Ok(!state.store.users(page).await?.is_empty())
}

async fn make(
    state: &AppState,
    purpose: LinkPurpose,
    on: Occasion,
    lasts: ringonce_domain::Millis,
) -> Result<String, StoreError> {
    let secret = random_hex(state.entropy.as_ref());
    let link = NewLink {
        hash: secret_hash(&secret),
        purpose,
        expires: on.wall + lasts,
    };
    state.store.add_link(link, on).await?;
    Ok(format!("{PATH}?once={secret}"))
}
