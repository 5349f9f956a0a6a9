//! People with their passwords, sessions, links and tokens, for the cases of the suite.

use super::scene::Scene;
use ringonce_domain::{Email, Millis, Role, UserId};
use ringonce_store::Store;
use ringonce_store::model::{
    AuditContext, LinkPurpose, NewLink, NewSession, NewToken, NewUser, PasswordHash, SecretHash,
    SignInProof, TwoFactorSecret, UserChange,
};

/// How long a session lasts here, and how long it may be idle.
pub(super) const SESSION: Millis = Millis::from_hours(12);
pub(super) const IDLE: Millis = Millis::from_hours(1);

pub(super) fn email(name: &str) -> Email {
    format!("{name}@example.com").parse().unwrap()
}

/// The hash of everyone's first password.
pub(super) fn password() -> PasswordHash {
    PasswordHash("$argon2id$first".into())
}

/// The hash of a secret, told apart by a letter.
pub(super) fn secret(letter: u8) -> SecretHash {
    SecretHash([letter; 32])
}

pub(super) fn somebody(name: &str, role: Role) -> NewUser {
    NewUser {
        email: email(name),
        name: name.into(),
        role,
        password: Some(password()),
        language: None,
        zone: None,
    }
}

/// A token of the machine itself.
pub(super) fn machine_token(name: &str, letter: u8) -> NewToken {
    NewToken {
        name: name.into(),
        hash: secret(letter),
        owner: None,
        scopes: None,
        expires: None,
    }
}

impl Scene {
    /// The audit context of this moment: the wall clock differs from the ledger's.
    pub(super) fn occasion(&self) -> AuditContext {
        AuditContext {
            by: self.by.clone(),
            now: self.now(),
            wall: self.wall(),
        }
    }

    /// The wall clock's time, a day behind the ledger's.
    pub(super) fn wall(&self) -> ringonce_domain::Timestamp {
        self.now() - Millis::from_days(1)
    }

    pub(super) async fn person(&self, name: &str, role: Role) -> UserId {
        let new = somebody(name, role);
        self.store.add_user(new, self.occasion()).await.unwrap()
    }

    pub(super) async fn change(
        &self,
        id: UserId,
        change: UserChange,
    ) -> ringonce_store::Result<()> {
        self.store.change_user(id, change, self.occasion()).await
    }

    /// Switches two-factor on, with the code of a step and some recovery codes.
    pub(super) async fn two_factor(&self, id: UserId, step: u64, recovery: Vec<SecretHash>) {
        let secret = TwoFactorSecret(vec![1, 2, 3]);
        let start = UserChange::StartTwoFactor(secret.clone());
        self.change(id, start).await.unwrap();
        let confirm = UserChange::ConfirmTwoFactor {
            secret,
            step,
            recovery,
        };
        self.change(id, confirm).await.unwrap();
    }

    /// A sign-in with the first password.
    pub(super) fn sign_in(&self, user: UserId, letter: u8) -> NewSession {
        NewSession {
            hash: secret(letter),
            user,
            proof: SignInProof::Password(password()),
            half: false,
            expires: self.wall() + SESSION,
            idle: IDLE,
            browser: "Firefox on Linux".into(),
            address: "192.0.2.7".into(),
        }
    }

    pub(super) async fn begin(&self, session: NewSession) -> bool {
        let on = self.occasion();
        self.store.begin_session(session, on).await.unwrap()
    }

    /// Whether a session is valid.
    pub(super) async fn lets_in(&self, letter: u8) -> bool {
        let found = self.store.session(secret(letter), self.wall()).await;
        found.unwrap().is_some()
    }

    pub(super) async fn give_link(&self, letter: u8, purpose: LinkPurpose) {
        let link = NewLink {
            hash: secret(letter),
            purpose,
            expires: self.wall() + Millis::from_hours(1),
        };
        self.store.add_link(link, self.occasion()).await.unwrap();
    }

    /// Whether a link works.
    pub(super) async fn works(&self, letter: u8) -> bool {
        let found = self.store.link(secret(letter), self.wall()).await;
        found.unwrap().is_some()
    }
}

/// How many entries the audit trail has.
pub(super) async fn entries(store: &dyn Store) -> u64 {
    store.verify_audit().await.unwrap().unwrap()
}
