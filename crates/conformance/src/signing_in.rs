//! One-time links and sessions: whom they let in, how often and how long.

use ringonce_domain::{Millis, Role};
use tokio::task::JoinSet;

use super::Factory;
use super::people::{IDLE, SESSION, email, password, secret, somebody};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{
    Ending, LinkPurpose, LinkUse, MAX_FIRST_LINKS, MAX_SESSIONS, NewLink, PasswordHash, SEEN_EVERY,
    SecondFactor, SignInProof, UserChange,
};

pub(super) async fn the_first_user_is_entered_by_one_of_many_and_is_an_admin(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    // Every instance prints its own link.
    scene.give_link(1, LinkPurpose::First).await;
    scene.give_link(2, LinkPurpose::First).await;
    assert!(scene.works(1).await && scene.works(2).await);
    // An instance that restarts again and again does not fill the ledger.
    for letter in 100..100 + u8::try_from(MAX_FIRST_LINKS).unwrap() {
        scene.wait(Millis::new(1));
        scene.give_link(letter, LinkPurpose::First).await;
    }
    assert!(!scene.works(1).await && scene.works(100).await);
    for letter in [1, 2] {
        scene.wait(Millis::new(1));
        scene.give_link(letter, LinkPurpose::First).await;
    }
    let mut tasks = JoinSet::new();
    for (n, name) in (0_u8..).zip(["ann", "bob", "cem", "dee", "eve", "fay"]) {
        let (store, on) = (scene.another_store().await, scene.occasion());
        tasks.spawn(async move {
            let with = LinkUse::First(somebody(name, Role::Viewer));
            store.use_link(secret(1 + n % 2), with, on).await.unwrap()
        });
    }
    let entered: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(entered.len(), 1);
    assert_eq!(entered[0].role, Role::Admin);
    assert!(entered[0].password_set);
    assert!(!scene.works(1).await && !scene.works(2).await);
    scene.give_link(3, LinkPurpose::First).await;
    assert!(!scene.works(3).await, "there is somebody");
    let with = LinkUse::First(somebody("gus", Role::Admin));
    let used = scene.store.use_link(secret(3), with, scene.occasion());
    assert_eq!(used.await.unwrap(), None);
}

pub(super) async fn a_link_lets_in_once_and_until_it_expires(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut invited = somebody("ann", Role::Agent);
    invited.password = None;
    let ann = scene.store.add_user(invited, scene.occasion());
    let ann = ann.await.unwrap();
    scene.give_link(1, LinkPurpose::Invitation(ann)).await;
    let found = scene.store.link(secret(1), scene.wall()).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.purpose, LinkPurpose::Invitation(ann));
    assert_eq!(found.user.unwrap().email, email("ann"));
    assert!(scene.works(1).await, "looking does not use it");
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (store, on) = (scene.another_store().await, scene.occasion());
        let with = LinkUse::Password(password());
        tasks.spawn(async move { store.use_link(secret(1), with, on).await.unwrap() });
    }
    let used = tasks.join_all().await;
    assert_eq!(used.iter().flatten().count(), 1);
    assert!(scene.begin(scene.sign_in(ann, 1)).await);

    scene.give_link(2, LinkPurpose::Reset(ann)).await;
    scene.wait(Millis::from_hours(1));
    assert!(!scene.works(2).await);
    let with = LinkUse::Password(PasswordHash("another".into()));
    let used = scene.store.use_link(secret(2), with, scene.occasion());
    assert_eq!(used.await.unwrap(), None);
    let kept = scene.store.credentials_of(ann).await.unwrap().password;
    assert_eq!(kept, Some(password()));
}

pub(super) async fn another_link_takes_the_place_of_the_one_before(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let bob = scene.person("bob", Role::Agent).await;
    scene.give_link(1, LinkPurpose::Reset(ann)).await;
    scene.give_link(2, LinkPurpose::Reset(bob)).await;
    scene.give_link(3, LinkPurpose::Invitation(ann)).await;
    scene.give_link(4, LinkPurpose::Reset(ann)).await;
    assert!(!scene.works(1).await);
    for letter in [2, 3, 4] {
        assert!(scene.works(letter).await, "{letter}");
    }
    scene
        .change(ann, UserChange::Email(email("archer")))
        .await
        .unwrap();
    assert!(!scene.works(4).await, "it may have gone to another address");
}

pub(super) async fn a_link_is_good_for_its_own_purpose_alone(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    scene.give_link(1, LinkPurpose::First).await;
    let with = LinkUse::Password(password());
    let used = scene.store.use_link(secret(1), with, scene.occasion());
    assert_eq!(used.await.unwrap(), None);
    assert!(scene.works(1).await, "it was not used up");
    let ann = scene.person("ann", Role::Agent).await;
    scene.give_link(2, LinkPurpose::Reset(ann)).await;
    let with = LinkUse::First(somebody("eve", Role::Admin));
    let used = scene.store.use_link(secret(2), with, scene.occasion());
    assert_eq!(used.await.unwrap(), None);
    assert!(scene.works(2).await);
}

pub(super) async fn a_disabled_person_has_no_links_and_no_sessions(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    scene.give_link(1, LinkPurpose::Reset(ann)).await;
    assert!(scene.begin(scene.sign_in(ann, 1)).await);
    scene.change(ann, UserChange::Disable).await.unwrap();
    assert!(!scene.works(1).await);
    assert!(!scene.lets_in(1).await);
    let link = NewLink {
        hash: secret(2),
        purpose: LinkPurpose::Reset(ann),
        expires: scene.wall() + SESSION,
    };
    let refused = scene.store.add_link(link, scene.occasion()).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    scene.change(ann, UserChange::Enable).await.unwrap();
    assert!(!scene.works(1).await);
}

pub(super) async fn a_session_begins_by_the_password_that_is_valid_at_that_moment(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    // The password changes between its check and the beginning of the session.
    let slow = scene.sign_in(ann, 1);
    let change = UserChange::Password {
        password: PasswordHash("another".into()),
        keep: None,
    };
    scene.change(ann, change).await.unwrap();
    assert!(!scene.begin(slow).await);
    let mut session = scene.sign_in(ann, 2);
    session.proof = SignInProof::Password(PasswordHash("another".into()));
    assert!(scene.begin(session).await);
    let user = scene.store.user(ann).await.unwrap();
    assert_eq!(user.signed_in_at, Some(scene.wall()));
}

pub(super) async fn the_second_factor_makes_a_whole_session_of_a_half_one(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let bob = scene.person("bob", Role::Agent).await;
    scene.two_factor(ann, 1, Vec::new()).await;
    assert!(
        !scene.begin(scene.sign_in(ann, 1)).await,
        "a password alone is half"
    );
    let mut half = scene.sign_in(ann, 1);
    half.half = true;
    half.expires = scene.wall() + Millis::from_minutes(10);
    assert!(scene.begin(half.clone()).await);
    let found = scene.store.session(secret(1), scene.wall()).await.unwrap();
    assert!(found.unwrap().0.half);
    assert_eq!(scene.store.user(ann).await.unwrap().signed_in_at, None);

    let factor = SecondFactor::Step(2);
    let used = scene.store.use_second_factor(ann, factor, scene.occasion());
    assert!(used.await.unwrap());
    let whole = |who, letter| {
        let mut session = scene.sign_in(who, letter);
        session.proof = SignInProof::Half(secret(1));
        session
    };
    assert!(!scene.begin(whole(bob, 2)).await, "it is somebody else's");
    assert!(scene.begin(whole(ann, 2)).await);
    assert!(!scene.lets_in(1).await, "its secret is worth nothing now");
    assert!(!scene.begin(whole(ann, 3)).await, "it is used up");
    assert!(scene.lets_in(2).await);
    assert_eq!(
        scene.store.user(ann).await.unwrap().signed_in_at,
        Some(scene.wall())
    );

    half.hash = secret(1);
    half.expires = scene.wall() + Millis::from_minutes(10);
    assert!(scene.begin(half.clone()).await);
    scene.wait(Millis::from_minutes(10));
    assert!(!scene.begin(whole(ann, 4)).await, "it took too long");
    let mut chained = scene.sign_in(ann, 5);
    chained.half = true;
    chained.proof = SignInProof::Half(secret(2));
    assert!(!scene.begin(chained).await, "a whole one is no half one");
}

pub(super) async fn a_session_ends_when_it_is_idle_and_at_its_end_whatever_happens(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    assert!(scene.begin(scene.sign_in(ann, 1)).await);
    assert!(scene.begin(scene.sign_in(ann, 2)).await);
    let began = scene.wall();
    let seen = async |letter| {
        let found = scene.store.sessions(ann, scene.wall()).await.unwrap();
        let wanted = scene.store.session(secret(letter), scene.wall());
        let id = wanted.await.unwrap().unwrap().0.id;
        found
            .into_iter()
            .find(|session| session.id == id)
            .unwrap()
            .seen_at
    };
    scene.wait(Millis::new(SEEN_EVERY.get() - 1));
    assert_eq!(seen(1).await, began, "it is not written every time");
    scene.wait(Millis::from_minutes(30));
    assert!(scene.lets_in(1).await);
    let noted = scene.store.session(secret(1), scene.wall()).await.unwrap();
    assert_eq!(noted.unwrap().0.seen_at, scene.wall(), "but this time");
    scene.wait(Millis::from_minutes(29));
    assert!(scene.lets_in(1).await, "it was used");
    assert!(!scene.lets_in(2).await, "it was not");
    // It ends at its time although it is in constant use.
    while scene.wall() < began + SESSION {
        assert!(scene.lets_in(1).await);
        scene.wait(Millis::new(IDLE.get() - 60_000));
    }
    assert!(!scene.lets_in(1).await);
}

pub(super) async fn sessions_are_listed_ended_and_bounded(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let bob = scene.person("bob", Role::Agent).await;
    let many = u8::try_from(MAX_SESSIONS).unwrap() + 3;
    for letter in 1..=many {
        assert!(scene.begin(scene.sign_in(ann, letter)).await);
    }
    assert!(scene.begin(scene.sign_in(bob, 200)).await);
    let mut listed = scene.store.sessions(ann, scene.wall()).await.unwrap();
    assert_eq!(listed.len(), MAX_SESSIONS as usize);
    assert!(!scene.lets_in(3).await && scene.lets_in(4).await);
    let newest = listed.remove(0);
    assert_eq!(
        (newest.browser.as_str(), newest.address.as_str()),
        ("Firefox on Linux", "192.0.2.7")
    );
    let end = async |who, which| {
        let ended = scene.store.end_sessions(who, which, scene.occasion());
        ended.await.unwrap()
    };
    let one = listed[0].id;
    assert_eq!(end(bob, Ending::One(one)).await, 0, "it is not theirs");
    assert_eq!(end(ann, Ending::One(one)).await, 1);
    assert_eq!(end(ann, Ending::One(one)).await, 0);
    let others = u64::from(MAX_SESSIONS) - 2;
    assert_eq!(end(ann, Ending::AllBut(Some(newest.id))).await, others);
    assert!(scene.lets_in(many).await);
    assert_eq!(end(ann, Ending::AllBut(None)).await, 1);
    assert!(scene.lets_in(200).await, "somebody else's goes on");
}
