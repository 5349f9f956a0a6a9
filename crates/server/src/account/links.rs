//! One-time links: for the first user, for an invited person, for a person who forgot their password.
//!
//! The person who makes a link gets it once; the ledger keeps its hash.

use ringonce_domain::{Millis, Timestamp};
use ringonce_engine::entropy::Entropy;
use ringonce_store::model::{AuditContext, LinkPurpose, NewLink, User};
use ringonce_store::{Store, StoreError};

use crate::AppState;
use crate::limits;
use crate::token::{random_hex, secret_hash};

/// Where every link leads.
pub(crate) const PATH: &str = "/welcome";

/// A link that was made, and is to be given out.
#[derive(Clone, Debug)]
pub struct Given {
    /// Below the server's address; holds the secret.
    pub path: String,
    /// Until when it works, by the wall clock.
    pub expires: Timestamp,
}

/// A link for a person: to choose their first password, or another one. Made by an admin, here or at the
/// command line.
///
/// # Errors
/// When the ledger cannot be written, or the person is disabled.
pub async fn for_user(
    store: &dyn Store,
    entropy: &dyn Entropy,
    user: &User,
    on: AuditContext,
) -> Result<Given, StoreError> {
    let (purpose, lasts) = if user.password_set {
        (LinkPurpose::Reset(user.id), limits::RESET_LINK)
    } else {
        (LinkPurpose::Invitation(user.id), limits::INVITATION_LINK)
    };
    make(store, entropy, purpose, on, lasts).await
}

/// A link for the first admin; `None` when there are users.
pub(crate) async fn for_first(
    state: &AppState,
    on: AuditContext,
) -> Result<Option<String>, StoreError> {
    if anybody(state).await? {
        return Ok(None);
    }
    let (store, entropy) = (state.store.as_ref(), state.entropy.as_ref());
    let made = make(store, entropy, LinkPurpose::First, on, limits::FIRST_LINK).await?;
    Ok(Some(made.path))
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
    store: &dyn Store,
    entropy: &dyn Entropy,
    purpose: LinkPurpose,
    on: AuditContext,
    lasts: Millis,
) -> Result<Given, StoreError> {
    let secret = random_hex(entropy);
    let link = NewLink {
        hash: secret_hash(&secret),
        purpose,
        expires: on.wall + lasts,
    };
    let expires = link.expires;
    store.add_link(link, on).await?;
    let path = format!("{PATH}?once={secret}");
    Ok(Given { path, expires })
}
