//! People: their addresses, roles, passwords and second factors.

use std::sync::Arc;

use ringonce_domain::{Language, Millis, Role, UserId};
use tokio::task::JoinSet;

use super::Factory;
use super::people::{email, entries, password, secret, somebody};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{
    LinkPurpose, MAX_RECOVERY_CODES, Note, NoteEvent, Page, PasswordHash, SecondFactor,
    TwoFactorSecret, UserChange,
};

pub(super) async fn an_address_is_given_once_however_it_is_typed(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let mut same = somebody("bob", Role::Agent);
    same.email = " ANN@Example.com".parse().unwrap();
    let refused = scene.store.add_user(same, scene.occasion()).await;
    assert_eq!(
        refused,
        Err(StoreError::EmailTaken {
            email: email("ann")
        })
    );
    let typed = "Ann@EXAMPLE.com".parse().unwrap();
    let found = scene.store.credentials(&typed);
    assert_eq!(found.await.unwrap().unwrap().user.id, ann);
    let bob = scene.person("bob", Role::Agent).await;
    let refused = scene.change(bob, UserChange::Email(email("ann"))).await;
    assert!(matches!(refused, Err(StoreError::EmailTaken { .. })));
    scene
        .change(bob, UserChange::Email(email("bob")))
        .await
        .unwrap();
    assert!(
        scene
            .store
            .credentials(&email("eve"))
            .await
            .unwrap()
            .is_none()
    );
}

pub(super) async fn people_are_listed_in_pages_by_id(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut entered = Vec::new();
    for name in ["ann", "bob", "cem", "dee", "eve"] {
        entered.push(scene.person(name, Role::Viewer).await);
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: 2 };
        let users = scene.store.users(page).await.unwrap();
        let Some(last) = users.last() else { break };
        assert!(users.len() <= 2);
        after = Some(last.id);
        seen.extend(users.into_iter().map(|user| user.id));
    }
    assert_eq!(seen, entered);
}

pub(super) async fn what_changes_of_a_person_is_found_again_elsewhere(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let id = scene.person("ann", Role::Agent).await;
    scene.person("root", Role::Admin).await;
    for change in [
        UserChange::Name(format!(" Ann\u{0}\n{} ", "x".repeat(500))),
        UserChange::Role(Role::Operator),
        UserChange::Email(email("archer")),
        UserChange::Preferences {
            language: Some(Language::Spanish),
            zone: Some("Europe/Madrid".into()),
        },
        UserChange::Password {
            password: PasswordHash("another".into()),
            keep: None,
        },
    ] {
        scene.change(id, change).await.unwrap();
    }
    let store = scene.another_store().await;
    let user = store.user(id).await.unwrap();
    assert_eq!(user.name, format!("Ann{}", "x".repeat(97)));
    assert_eq!(
        (user.role, user.email, user.language, user.zone.as_deref()),
        (
            Role::Operator,
            email("archer"),
            Some(Language::Spanish),
            Some("Europe/Madrid")
        )
    );
    let found = store.credentials_of(id).await.unwrap();
    assert_eq!(found.password, Some(PasswordHash("another".into())));
    assert_eq!(user.created_at, scene.wall());
    let nobody = UserId(id.0 + 1_000);
    let refused = scene.change(nobody, UserChange::Enable).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    let missing = store.user(nobody).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
}

pub(super) async fn a_password_ends_other_sessions_and_every_link(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let bob = scene.person("bob", Role::Agent).await;
    for (who, letter) in [(ann, 1), (ann, 2), (bob, 3)] {
        assert!(scene.begin(scene.sign_in(who, letter)).await);
    }
    scene.give_link(9, LinkPurpose::Reset(ann)).await;
    let change = UserChange::Password {
        password: PasswordHash("another".into()),
        keep: Some(secret(1)),
    };
    scene.change(ann, change).await.unwrap();
    assert!(scene.lets_in(1).await, "the one that chose it goes on");
    assert!(!scene.lets_in(2).await);
    assert!(scene.lets_in(3).await, "of somebody else");
    assert!(!scene.works(9).await);
}

pub(super) async fn a_role_and_a_dismissal_end_every_session(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    assert!(scene.begin(scene.sign_in(ann, 1)).await);
    scene
        .change(ann, UserChange::Role(Role::Agent))
        .await
        .unwrap();
    assert!(scene.lets_in(1).await, "the role is the same");
    scene
        .change(ann, UserChange::Role(Role::Viewer))
        .await
        .unwrap();
    assert!(!scene.lets_in(1).await);
    assert!(scene.begin(scene.sign_in(ann, 2)).await);
    scene.change(ann, UserChange::Disable).await.unwrap();
    assert!(!scene.lets_in(2).await);
    assert!(!scene.begin(scene.sign_in(ann, 3)).await);
    scene.change(ann, UserChange::Enable).await.unwrap();
    assert!(!scene.lets_in(2).await, "what ended stays ended");
    assert!(scene.begin(scene.sign_in(ann, 3)).await);
}

pub(super) async fn the_last_admin_stays_an_admin_who_may_sign_in(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Admin).await;
    let mut invited = somebody("bob", Role::Admin);
    invited.password = None;
    let bob = scene
        .store
        .add_user(invited, scene.occasion())
        .await
        .unwrap();
    for change in [UserChange::Disable, UserChange::Role(Role::Supervisor)] {
        let refused = scene.change(ann, change).await;
        assert_eq!(
            refused,
            Err(StoreError::LastAdmin {
                email: email("ann")
            })
        );
    }
    assert_eq!(scene.store.user(ann).await.unwrap().role, Role::Admin);
    let choose = UserChange::Password {
        password: password(),
        keep: None,
    };
    scene.change(bob, choose).await.unwrap();
    scene.change(ann, UserChange::Disable).await.unwrap();
    let refused = scene.change(bob, UserChange::Disable).await;
    assert!(matches!(refused, Err(StoreError::LastAdmin { .. })));
    // Only enabled admins count: a disabled one may get any role.
    scene
        .change(ann, UserChange::Role(Role::Viewer))
        .await
        .unwrap();
}

pub(super) async fn of_two_admins_who_dismiss_each_other_one_stays(factory: &dyn Factory) {
    for (one, other) in [
        (UserChange::Disable, UserChange::Disable),
        (UserChange::Disable, UserChange::Role(Role::Viewer)),
    ] {
        let scene = Scene::new(factory).await;
        let mut tasks = JoinSet::new();
        for (name, change) in [("ann", one), ("bob", other)] {
            let id = scene.person(name, Role::Admin).await;
            let (store, on) = (scene.another_store().await, scene.occasion());
            tasks.spawn(async move { store.change_user(id, change, on).await });
        }
        let done = tasks.join_all().await;
        assert_eq!(
            done.iter().filter(|done| done.is_ok()).count(),
            1,
            "{done:?}"
        );
    }
}

pub(super) async fn two_factor_is_offered_confirmed_and_taken_away_in_order(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let (first, second) = (TwoFactorSecret(vec![1]), TwoFactorSecret(vec![2]));
    let confirm = |secret: &TwoFactorSecret, codes: usize| UserChange::ConfirmTwoFactor {
        secret: secret.clone(),
        step: 10,
        recovery: (1..=u8::try_from(codes).unwrap())
            .map(super::people::secret)
            .collect(),
    };
    let refused = async |change, why: &str| {
        let refused = scene.change(ann, change).await;
        assert!(
            matches!(
                refused,
                Err(StoreError::TwoFactor { .. } | StoreError::TooMany { .. })
            ),
            "{why}: {refused:?}"
        );
    };
    refused(confirm(&first, 1), "none was offered").await;
    refused(UserChange::RecoveryCodes(vec![secret(1)]), "it is off").await;
    for offered in [&first, &second] {
        let start = UserChange::StartTwoFactor(offered.clone());
        scene.change(ann, start).await.unwrap();
    }
    assert!(!scene.store.user(ann).await.unwrap().two_factor, "offered");
    refused(confirm(&first, 1), "another one was offered since").await;
    refused(confirm(&second, MAX_RECOVERY_CODES + 1), "too many codes").await;
    scene.change(ann, confirm(&second, 8)).await.unwrap();
    let user = scene.store.user(ann).await.unwrap();
    assert_eq!((user.two_factor, user.recovery_codes), (true, 8));
    refused(UserChange::StartTwoFactor(first.clone()), "one counts").await;
    refused(confirm(&second, 1), "it is confirmed").await;
    let codes = UserChange::RecoveryCodes(vec![secret(1), secret(2)]);
    scene.change(ann, codes).await.unwrap();
    assert_eq!(scene.store.user(ann).await.unwrap().recovery_codes, 2);

    let mut session = scene.sign_in(ann, 5);
    session.half = true;
    assert!(scene.begin(session).await);
    let remove = UserChange::RemoveTwoFactor { keep: None };
    scene.change(ann, remove).await.unwrap();
    let user = scene.store.user(ann).await.unwrap();
    assert_eq!((user.two_factor, user.recovery_codes), (false, 0));
    assert!(!scene.lets_in(5).await, "it ends sessions");
}

pub(super) async fn a_code_is_accepted_once_and_none_before_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let use_step = async |step| {
        let factor = SecondFactor::Step(step);
        let used = scene.store.use_second_factor(ann, factor, scene.occasion());
        used.await.unwrap()
    };
    assert!(!use_step(5).await, "it is off");
    scene.two_factor(ann, 100, Vec::new()).await;
    assert!(!use_step(100).await, "it was used to confirm");
    assert!(use_step(101).await);
    assert!(!use_step(101).await);
    assert!(!use_step(100).await);
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (store, on) = (scene.another_store().await, scene.occasion());
        tasks.spawn(async move {
            let factor = SecondFactor::Step(102);
            store.use_second_factor(ann, factor, on).await.unwrap()
        });
    }
    let used = tasks.join_all().await;
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
    // Setting two-factor up again within the same half minute does not make the old code valid again.
    let remove = UserChange::RemoveTwoFactor { keep: None };
    scene.change(ann, remove).await.unwrap();
    scene.two_factor(ann, 50, Vec::new()).await;
    assert!(!use_step(102).await);
    scene.change(ann, UserChange::Disable).await.unwrap();
    assert!(!use_step(200).await, "disabled");
}

pub(super) async fn a_recovery_code_is_used_by_one_of_many(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let bob = scene.person("bob", Role::Agent).await;
    scene.two_factor(ann, 1, vec![secret(7), secret(8)]).await;
    scene.two_factor(bob, 1, Vec::new()).await;
    let mut tasks = JoinSet::new();
    for n in 0..8 {
        let (store, on) = (scene.another_store().await, scene.occasion());
        // Half of the tasks try the code for a person to whom it does not belong.
        let who = if n % 2 == 0 { ann } else { bob };
        tasks.spawn(async move {
            let factor = SecondFactor::Recovery(secret(7));
            (who, store.use_second_factor(who, factor, on).await.unwrap())
        });
    }
    let used = tasks.join_all().await;
    let used: Vec<_> = used.into_iter().filter(|(_, used)| *used).collect();
    assert_eq!(used, [(ann, true)]);
    assert_eq!(scene.store.user(ann).await.unwrap().recovery_codes, 1);
}

pub(super) async fn every_change_of_a_person_is_in_the_audit_trail_without_secrets(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let root = scene.person("root", Role::Admin).await;
    let ann = scene.person("ann", Role::Admin).await;
    let store = Arc::clone(&scene.store);
    let secret_two = TwoFactorSecret(vec![1, 2, 3]);
    let mut before = entries(store.as_ref()).await;
    for change in [
        UserChange::Name("Ann".into()),
        UserChange::Role(Role::Operator),
        UserChange::Email(email("archer")),
        UserChange::Password {
            password: PasswordHash("another".into()),
            keep: None,
        },
        UserChange::StartTwoFactor(secret_two.clone()),
        UserChange::ConfirmTwoFactor {
            secret: secret_two,
            step: 4,
            recovery: vec![secret(1)],
        },
        UserChange::RecoveryCodes(vec![secret(2)]),
        UserChange::RemoveTwoFactor { keep: None },
        UserChange::Preferences {
            language: None,
            zone: None,
        },
        UserChange::Disable,
        UserChange::Enable,
    ] {
        let what = format!("{change:?}");
        assert!(!what.contains("another"), "{what}");
        scene.change(ann, change).await.unwrap();
        let after = entries(store.as_ref()).await;
        assert_eq!(after, before + 1, "{what}");
        before = after;
    }
    for (event, user) in [
        (NoteEvent::SignInFailed, Some(root)),
        (NoteEvent::SignInLocked, Some(root)),
        (NoteEvent::SignInFailed, None),
    ] {
        let note = Note {
            event,
            user,
            address: "192.0.2.7".into(),
            reason: "wrong password".into(),
        };
        store.note(note, scene.occasion()).await.unwrap();
    }
    assert_eq!(entries(store.as_ref()).await, before + 3);
    // The audit trail has the ledger's time: a clock that starts from it never goes back.
    scene.wait(Millis::from_hours(1));
    scene
        .change(ann, UserChange::Name("Annie".into()))
        .await
        .unwrap();
    assert_eq!(store.latest_instant().await.unwrap(), Some(scene.now()));
}
