//! API tokens: their permissions, owners and ends.

use ringonce_domain::{Millis, Permission, Role, TokenId, UserId};

use super::Factory;
use super::people::{machine_token, secret};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{MAX_TOKENS, NewToken, Page, SEEN_EVERY, SecretHash, UserChange};

fn of(owner: UserId, name: &str, letter: u8) -> NewToken {
    NewToken {
        owner: Some(owner),
        ..machine_token(name, letter)
    }
}

impl Scene {
    async fn add(&self, token: NewToken) -> Option<TokenId> {
        let on = self.occasion();
        self.store.add_token(token, on).await.unwrap()
    }

    async fn opens(&self, letter: u8) -> bool {
        let found = self.store.token(secret(letter), self.wall()).await;
        found.unwrap().is_some()
    }
}

pub(super) async fn a_token_is_found_with_its_owner_as_they_are_at_that_moment(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let scopes = vec![Permission::CallsRead, Permission::Export];
    let token = NewToken {
        scopes: Some(scopes.clone()),
        ..of(ann, "nightly", 1)
    };
    let id = scene.add(token).await.unwrap();
    scene.add(machine_token("cron", 2)).await.unwrap();
    let nothing = NewToken {
        scopes: Some(Vec::new()),
        ..of(ann, "none", 3)
    };
    scene.add(nothing).await.unwrap();
    let find = async |letter| {
        let found = scene.store.token(secret(letter), scene.wall()).await;
        found.unwrap().unwrap()
    };
    let (token, owner) = find(1).await;
    assert_eq!((token.id, token.owner), (id, Some(ann)));
    assert_eq!(token.scopes, Some(scopes));
    assert_eq!(owner.unwrap().role, Role::Operator);
    assert_eq!(find(3).await.0.scopes, Some(Vec::new()), "that is not all");
    let (machine, nobody) = find(2).await;
    assert_eq!((machine.scopes, nobody), (None, None));
    scene
        .change(ann, UserChange::Role(Role::Viewer))
        .await
        .unwrap();
    assert_eq!(find(1).await.1.unwrap().role, Role::Viewer);
    scene.change(ann, UserChange::Disable).await.unwrap();
    assert!(!scene.opens(1).await && scene.opens(2).await);
    let refused = scene
        .store
        .add_token(of(ann, "late", 4), scene.occasion())
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    scene.change(ann, UserChange::Enable).await.unwrap();
    assert!(scene.opens(1).await);
    assert!(!scene.opens(9).await, "nobody has it");
}

pub(super) async fn a_name_is_given_once_among_the_working_tokens_of_an_owner(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let first = scene.add(machine_token("office", 1)).await.unwrap();
    assert_eq!(scene.add(machine_token("office", 2)).await, None);
    assert!(!scene.opens(2).await);
    assert!(scene.add(of(ann, "office", 3)).await.is_some());
    assert_eq!(scene.add(of(ann, " office\u{7}", 4)).await, None);
    let revoke = scene.store.revoke_token(first, scene.occasion());
    assert!(revoke.await.unwrap());
    assert!(scene.add(machine_token("office", 5)).await.is_some());
    let short = NewToken {
        expires: Some(scene.wall() + Millis::from_hours(1)),
        ..machine_token("guest", 6)
    };
    assert!(scene.add(short).await.is_some());
    assert_eq!(scene.add(machine_token("guest", 7)).await, None);
    scene.wait_hours(1);
    assert!(scene.add(machine_token("guest", 7)).await.is_some());
}

pub(super) async fn a_token_works_until_it_expires_or_is_revoked(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let expires = scene.wall() + Millis::from_hours(1);
    let short = NewToken {
        expires: Some(expires),
        ..machine_token("short", 1)
    };
    scene.add(short).await.unwrap();
    let long = scene.add(machine_token("long", 2)).await.unwrap();
    assert!(scene.opens(1).await && scene.opens(2).await);
    let used = async || scene.store.token_by_id(long).await.unwrap().used_at;
    let first_use = used().await;
    assert_eq!(first_use, Some(scene.wall()));
    scene.wait(Millis::new(SEEN_EVERY.get() - 1));
    assert!(scene.opens(2).await);
    assert_eq!(used().await, first_use, "it is not written every time");
    scene.wait(Millis::new(1));
    assert!(scene.opens(2).await);
    assert_eq!(used().await, Some(scene.wall()));
    scene.wait_hours(1);
    assert!(!scene.opens(1).await && scene.opens(2).await);
    let revoke = async |id| {
        let on = scene.occasion();
        scene.store.revoke_token(id, on).await
    };
    assert_eq!(revoke(long).await, Ok(true));
    assert_eq!(revoke(long).await, Ok(false));
    assert!(!scene.opens(2).await);
    assert!(matches!(
        revoke(TokenId(long.0 + 1_000)).await,
        Err(StoreError::NotFound { .. })
    ));
}

pub(super) async fn tokens_are_listed_the_latest_first(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let mut made = Vec::new();
    for letter in 1..=5 {
        let name = letter.to_string();
        let token = if letter % 2 == 0 {
            of(ann, &name, letter)
        } else {
            machine_token(&name, letter)
        };
        made.push(scene.add(token).await.unwrap());
    }
    made.reverse();
    for owner in [None, Some(ann)] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = Page { after, limit: 2 };
            let tokens = scene.store.tokens(owner, page).await.unwrap();
            let Some(last) = tokens.last() else { break };
            after = Some(last.id);
            listed.extend(tokens);
        }
        let ids: Vec<_> = listed.iter().map(|token| token.id).collect();
        match owner {
            None => assert_eq!(ids, made),
            Some(_) => assert_eq!(ids, [made[1], made[3]]),
        }
    }
}

pub(super) async fn a_person_may_have_so_many_tokens(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let token = |n: u32| {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&n.to_be_bytes());
        NewToken {
            hash: SecretHash(hash),
            ..of(ann, &n.to_string(), 0)
        }
    };
    for n in 0..MAX_TOKENS {
        scene.add(token(n)).await.unwrap();
    }
    let refused = scene.store.add_token(token(MAX_TOKENS), scene.occasion());
    assert!(matches!(refused.await, Err(StoreError::TooMany { .. })));
    scene.add(machine_token("another", 255)).await.unwrap();
}
