//! People: entering, changing and finding them.

use ringonce_domain::{Email, Role, UserId};
use serde_json::json;

use crate::model::{
    AuditContext, Credentials, MAX_RECOVERY_CODES, NAME_CHARS, NewUser, Page, PasswordHash,
    SecondFactor, SecretHash, TwoFactorSecret, User, UserChange,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError, listing};

/// There is no such person.
pub(super) fn missing(id: UserId) -> StoreError {
    StoreError::NotFound {
        what: "user",
        id: id.to_string(),
    }
}

/// A person: `USER_COLUMNS`.
pub(super) fn user_in(row: &Record) -> Result<User> {
    let fields = Fields::of("users", row);
    Ok(User {
        id: UserId(fields.int("user_id")?),
        email: fields.word("email")?,
        name: fields.text("user_name")?,
        role: fields.word("role")?,
        password_set: fields.flag("password_set")?,
        two_factor: fields.flag("two_factor_confirmed")?,
        recovery_codes: fields.count("recovery_codes")?,
        language: fields.maybe_word("language")?,
        zone: fields.maybe_text("zone")?,
        created_at: fields.instant("user_created_at")?,
        disabled_at: fields.maybe_instant("disabled_at")?,
        signed_in_at: fields.maybe_instant("signed_in_at")?,
    })
}

fn credentials_in(row: &Record) -> Result<Credentials> {
    let fields = Fields::of("users", row);
    let user = user_in(row)?;
    Ok(Credentials {
        confirmed: user.two_factor,
        user,
        password: fields.maybe_text("password")?.map(PasswordHash),
        two_factor: fields.maybe_bytes("two_factor")?.map(TwoFactorSecret),
    })
}

/// A name as it is kept.
pub(super) fn kept(name: &str) -> String {
    let plain = name.trim().chars().filter(|c| !c.is_control());
    plain.take(NAME_CHARS).collect()
}

/// See [`crate::Accounts::add_user`].
pub(crate) async fn add_user<D: Transaction>(
    tx: &mut D,
    new: &NewUser,
    on: &AuditContext,
) -> Result<UserId, D::Failure> {
    tx.alone().await?;
    let id = enter(tx, new, on).await?;
    Ok(id)
}

/// Enters a person; the tx is alone.
pub(super) async fn enter<D: Transaction>(
    tx: &mut D,
    new: &NewUser,
    on: &AuditContext,
) -> Result<UserId, D::Failure> {
    let given = values![
        new.email.as_str(),
        kept(&new.name),
        new.role.as_str(),
        new.password.as_ref().map(|hash| hash.0.as_str()),
        new.language.map(ringonce_domain::Language::as_str),
        new.zone.as_deref(),
        on.wall,
    ];
    let Some(row) = tx.row(sql::USER_ADD, given).await? else {
        let email = new.email.clone();
        return Err(StoreError::EmailTaken { email }.into());
    };
    let id = UserId(Fields::of("users", &row).int("id")?);
    let user = user(tx, id).await?;
    let detail = json!({ "name": user.name, "role": user.role });
    tx.audit_user("user.add", &user, detail, on).await?;
    Ok(id)
}

/// See [`crate::Accounts::users`].
pub(crate) async fn users<L: Reader>(
    look: &mut L,
    page: &Page<UserId>,
) -> Result<Vec<User>, L::Failure> {
    let after = page.after.map_or(0, |id| id.0);
    let rows = look
        .rows(sql::USERS, values![after, listing::limit(page)])
        .await?;
    Ok(rows.iter().map(user_in).collect::<Result<_>>()?)
}

/// See [`crate::Accounts::user`].
pub(crate) async fn user<L: Reader>(look: &mut L, id: UserId) -> Result<User, L::Failure> {
    Ok(credentials_of(look, id).await?.user)
}

/// See [`crate::Accounts::credentials`].
pub(crate) async fn credentials<L: Reader>(
    look: &mut L,
    email: &Email,
) -> Result<Option<Credentials>, L::Failure> {
    let row = look
        .row(sql::USER_OF_EMAIL, values![email.as_str()])
        .await?;
    Ok(row.as_ref().map(credentials_in).transpose()?)
}

/// See [`crate::Accounts::credentials_of`].
pub(crate) async fn credentials_of<L: Reader>(
    look: &mut L,
    id: UserId,
) -> Result<Credentials, L::Failure> {
    let row = look.row(sql::USER, values![id]).await?;
    Ok(credentials_in(&row.ok_or_else(|| missing(id))?)?)
}

/// A person whose row nobody else changes until the transaction ends.
pub(super) async fn locked<D: Transaction>(
    tx: &mut D,
    id: UserId,
) -> Result<Option<Credentials>, D::Failure> {
    let row = tx.row(sql::USER_TO_CHANGE, values![id]).await?;
    Ok(row.as_ref().map(credentials_in).transpose()?)
}

/// See [`crate::Accounts::change_user`].
pub(crate) async fn change_user<D: Transaction>(
    tx: &mut D,
    id: UserId,
    change: &UserChange,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    tx.alone().await?;
    let before = locked(tx, id).await?.ok_or_else(|| missing(id))?;
    let user = &before.user;
    match change {
        UserChange::Name(name) => {
            let name = kept(name);
            let detail = json!({ "from": user.name, "to": name });
            tx.change(sql::USER_RENAME, values![id, name]).await?;
            tx.audit_user("user.rename", user, detail, on).await
        }
        UserChange::Role(role) => set_role(tx, user, *role, on).await,
        UserChange::Email(email) => set_email(tx, user, email, on).await,
        UserChange::Password { password, keep } => {
            set_password(tx, user, password, *keep, on).await
        }
        UserChange::Preferences { language, zone } => {
            let given = values![
                id,
                language.map(ringonce_domain::Language::as_str),
                zone.as_deref()
            ];
            tx.change(sql::USER_PREFERENCES, given).await?;
            let detail = json!({ "language": language, "zone": zone });
            tx.audit_user("user.preferences", user, detail, on).await
        }
        UserChange::Disable => disable(tx, user, on).await,
        UserChange::Enable => {
            if user.disabled_at.is_none() {
                return Ok(());
            }
            let nothing: Option<i64> = None;
            tx.change(sql::USER_DISABLE, values![id, nothing]).await?;
            tx.audit_user("user.enable", user, json!({}), on).await
        }
        two_factor => change_two_factor(tx, &before, two_factor, on).await,
    }
}

async fn set_role<D: Transaction>(
    tx: &mut D,
    user: &User,
    role: Role,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    if user.role == role {
        return Ok(());
    }
    require_another_admin(tx, user).await?;
    tx.change(sql::USER_ROLE, values![user.id, role.as_str()])
        .await?;
    let ended = end_all(tx, user.id, None).await?;
    let detail = json!({ "from": user.role, "to": role, "sessions_ended": ended });
    tx.audit_user("user.role", user, detail, on).await
}

async fn set_email<D: Transaction>(
    tx: &mut D,
    user: &User,
    email: &Email,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    if user.email == *email {
        return Ok(());
    }
    if credentials(tx, email).await?.is_some() {
        let email = email.clone();
        return Err(StoreError::EmailTaken { email }.into());
    }
    tx.change(sql::USER_EMAIL, values![user.id, email.as_str()])
        .await?;
    end_links(tx, user.id).await?;
    let detail = json!({ "to": email });
    tx.audit_user("user.email", user, detail, on).await
}

/// Sets a password: whatever was begun with another one ends.
pub(super) async fn set_password<D: Transaction>(
    tx: &mut D,
    user: &User,
    password: &PasswordHash,
    keep: Option<SecretHash>,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    tx.change(sql::USER_PASSWORD, values![user.id, password.0.as_str()])
        .await?;
    let ended = end_all(tx, user.id, keep).await?;
    end_links(tx, user.id).await?;
    let detail = json!({ "sessions_ended": ended });
    tx.audit_user("user.password", user, detail, on).await
}

async fn disable<D: Transaction>(
    tx: &mut D,
    user: &User,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    if user.disabled_at.is_some() {
        return Ok(());
    }
    require_another_admin(tx, user).await?;
    tx.change(sql::USER_DISABLE, values![user.id, on.wall])
        .await?;
    let ended = end_all(tx, user.id, None).await?;
    end_links(tx, user.id).await?;
    let detail = json!({ "sessions_ended": ended });
    tx.audit_user("user.disable", user, detail, on).await
}

/// Refuses to take the last admin away; somebody who cannot sign in yet does not take the place of
/// somebody who can.
async fn require_another_admin<D: Transaction>(tx: &mut D, user: &User) -> Result<(), D::Failure> {
    if user.role != Role::Admin || user.disabled_at.is_some() {
        return Ok(());
    }
    let row = tx.row(sql::ADMINS_BESIDES, values![user.id]).await?;
    let counted = if user.password_set {
        "with_password"
    } else {
        "admins"
    };
    let left = match &row {
        Some(row) => Fields::of("users", row).int(counted)?,
        None => 0,
    };
    if left > 0 {
        return Ok(());
    }
    let email = user.email.clone();
    Err(StoreError::LastAdmin { email }.into())
}

async fn change_two_factor<D: Transaction>(
    tx: &mut D,
    before: &Credentials,
    change: &UserChange,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    let user = &before.user;
    let refused = |reason| {
        let email = user.email.clone();
        Err(StoreError::TwoFactor { email, reason }.into())
    };
    let nothing: Option<&[u8]> = None;
    match change {
        UserChange::StartTwoFactor(_) if user.two_factor => refused("remove it first"),
        UserChange::StartTwoFactor(secret) => {
            let given = values![user.id, secret.0.as_slice(), false, 0_i64];
            tx.change(sql::USER_TWO_FACTOR, given).await?;
            tx.audit_user("user.two_factor_start", user, json!({}), on)
                .await
        }
        UserChange::ConfirmTwoFactor { .. } if user.two_factor => {
            refused("it is confirmed already; remove it first")
        }
        UserChange::ConfirmTwoFactor {
            secret,
            step,
            recovery,
        } => {
            if before.two_factor.as_ref() != Some(secret) {
                return refused("another secret was offered meanwhile; begin again");
            }
            let step = i64::try_from(*step).unwrap_or(i64::MAX);
            let given = values![user.id, secret.0.as_slice(), true, step];
            tx.change(sql::USER_TWO_FACTOR, given).await?;
            set_recovery(tx, user, recovery).await?;
            let detail = json!({ "recovery_codes": recovery.len() });
            tx.audit_user("user.two_factor_confirm", user, detail, on)
                .await
        }
        UserChange::RemoveTwoFactor { keep } => {
            if before.two_factor.is_none() {
                return Ok(());
            }
            let given = values![user.id, nothing, false, 0_i64];
            tx.change(sql::USER_TWO_FACTOR, given).await?;
            set_recovery(tx, user, &[]).await?;
            let ended = end_all(tx, user.id, *keep).await?;
            let detail = json!({ "sessions_ended": ended });
            tx.audit_user("user.two_factor_remove", user, detail, on)
                .await
        }
        UserChange::RecoveryCodes(_) if !user.two_factor => refused("switch it on first"),
        UserChange::RecoveryCodes(codes) => {
            set_recovery(tx, user, codes).await?;
            let detail = json!({ "recovery_codes": codes.len() });
            tx.audit_user("user.recovery_codes", user, detail, on).await
        }
        _ => Ok(()),
    }
}

async fn set_recovery<D: Transaction>(
    tx: &mut D,
    user: &User,
    codes: &[SecretHash],
) -> Result<(), D::Failure> {
    if codes.len() > MAX_RECOVERY_CODES {
        let limit = u32::try_from(MAX_RECOVERY_CODES).unwrap_or(u32::MAX);
        let what = "recovery codes";
        return Err(StoreError::TooMany { what, limit }.into());
    }
    tx.change(sql::RECOVERY_CLEAR, values![user.id]).await?;
    for code in codes {
        tx.change(sql::RECOVERY_ADD, values![user.id, *code])
            .await?;
    }
    Ok(())
}

/// See [`crate::Accounts::use_second_factor`].
pub(crate) async fn use_second_factor<D: Transaction>(
    tx: &mut D,
    id: UserId,
    factor: SecondFactor,
    on: &AuditContext,
) -> Result<bool, D::Failure> {
    let Some(person) = locked(tx, id).await? else {
        return Ok(false);
    };
    if person.user.disabled_at.is_some() || !person.user.two_factor {
        return Ok(false);
    }
    let (used, event) = match factor {
        SecondFactor::Step(step) => {
            let step = i64::try_from(step).unwrap_or(i64::MAX);
            let used = tx.change(sql::USER_STEP, values![id, step]).await?;
            (used, "user.code_used")
        }
        SecondFactor::Recovery(hash) => {
            let used = tx.change(sql::RECOVERY_USE, values![id, hash]).await?;
            (used, "user.recovery_code_used")
        }
    };
    if used == 0 {
        return Ok(false);
    }
    let left = match factor {
        SecondFactor::Step(_) => json!({}),
        SecondFactor::Recovery(_) => {
            json!({ "left": person.user.recovery_codes.saturating_sub(1) })
        }
    };
    tx.audit_user(event, &person.user, left, on).await?;
    Ok(true)
}

/// Ends a person's sessions, all but the one with this hash if it is given.
async fn end_all<D: Transaction>(
    tx: &mut D,
    id: UserId,
    keep: Option<SecretHash>,
) -> Result<u64, D::Failure> {
    let any: Option<i64> = None;
    tx.change(sql::SESSIONS_END, values![id, any, keep]).await
}

/// Ends a person's links, whatever for.
async fn end_links<D: Transaction>(tx: &mut D, id: UserId) -> Result<u64, D::Failure> {
    let any: Option<&str> = None;
    tx.change(sql::LINKS_END, values![id, any]).await
}
