//! A ledger moves from a file to PostgreSQL: every row arrives, calls go on there and only there, and no
//! number is called again.

use std::sync::Arc;

use ringonce_domain::{
    AttemptState, CampaignEvent, ContactState, Evidence, InstanceId, Language, Number, Outcome,
    Permission, Role,
};
use ringonce_store::model::{
    AuditContext, NewContact, NewInstance, NewToken, NewUser, Page, PasswordHash, SecretHash,
    SharedWith, TwoFactorSecret, UserChange,
};
use ringonce_store::moving::{self, Move};
use ringonce_store::postgres::PostgresStore;
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{
    Accounts as _, Admin as _, Campaigns as _, Contacts as _, Dialing as _, Instances as _,
    Reports as _, Result, Sharing as _, StoreError, Tokens as _,
};
use tempfile::TempDir;

use crate::play::{
    self, NOW, UNTIL, assert_healthy, by, call, campaigns, claim, dial, ended, furnish, number,
    record, running,
};
use crate::server::Fixture;

/// A file with everything that a ledger may hold.
struct Left {
    folder: TempDir,
    live: ringonce_domain::Attempt,
}

impl Left {
    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.folder.path().join("ringonce.db"), Options::default()).unwrap()
    }
}

/// Odd texts, finished and running campaigns, calls in every state, blocks, a deleted campaign.
async fn left() -> Left {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(folder.path().join("ringonce.db"), Options::default()).unwrap();
    let furnished = furnish(&store).await;
    let finished = running(&store, 200..203).await;
    for _ in 0..3 {
        call(&store, finished, Outcome::Answered).await;
    }
    store
        .transition(
            finished,
            CampaignEvent::Complete,
            by(),
            Some("all called".into()),
            NOW,
        )
        .await
        .unwrap();
    let deleted = running(&store, 300..302).await;
    call(&store, deleted, Outcome::NoAnswer).await;
    store
        .transition(
            deleted,
            CampaignEvent::Pause,
            by(),
            Some("no \"more\" \u{0}".into()),
            NOW,
        )
        .await
        .unwrap();
    store.delete(deleted, by(), NOW).await.unwrap();

    let (odd, list) = play::empty(&store).await;
    let names = [
        "",
        "\u{0}",
        "Zoë 🦀",
        "a\tb\\N\r\n",
        "\u{202e}right to left",
        "'; DROP TABLE contacts; --",
    ];
    let rows = (2..).zip(names).map(|(line, name)| NewContact {
        line,
        number: number(u64::from(line) + 400),
        name: name.into(),
        zone: (line % 2 == 0).then(|| "Europe/Berlin".into()),
        metadata: r#"{"b":1,  "a": "\u0000\ud83e\udd80", "b":2}"#.into(),
    });
    store
        .add_contacts(list, rows.collect(), Vec::new())
        .await
        .unwrap();
    store.finish_import(list, 6, by(), NOW).await.unwrap();
    let unknown = Evidence::Ended {
        outcome: Outcome::Busy,
        cause: "\u{0}?".into(),
    };
    let stranger = play::attempt_id();
    store
        .record(
            stranger,
            vec![unknown],
            by(),
            ringonce_store::model::Judgement::default(),
            NOW,
        )
        .await
        .unwrap();
    people(&store).await;
    let held = store.fact_or_set("carrier_kind", "simulator").await;
    assert_eq!(held.unwrap(), "simulator");
    assert!(odd.0 > 0);
    store.close().await.unwrap();
    drop(store);
    Left {
        folder,
        live: furnished.live,
    }
}

/// A person with everything that one can have, a token, and a campaign that is theirs and shared.
async fn people(store: &SqliteStore) {
    let on = || AuditContext {
        by: by(),
        now: NOW,
        wall: NOW,
    };
    let ann = NewUser {
        email: "ann@example.com".parse().unwrap(),
        name: "Ann \u{1f980}".into(),
        role: Role::Admin,
        password: Some(PasswordHash("$argon2id$".into())),
        language: Some(Language::Spanish),
        zone: Some("Europe/Madrid".into()),
    };
    let id = store.add_user(ann, on()).await.unwrap();
    let secret = TwoFactorSecret(vec![0, 255, 7]);
    let start = UserChange::StartTwoFactor(secret.clone());
    store.change_user(id, start, on()).await.unwrap();
    let confirm = UserChange::ConfirmTwoFactor {
        secret,
        step: 58_000_000,
        recovery: vec![SecretHash([1; 32]), SecretHash([255; 32])],
    };
    store.change_user(id, confirm, on()).await.unwrap();
    for (name, owner, scopes) in [
        ("laptop", None, None),
        ("wallboard", Some(id), Some(vec![Permission::CallsRead])),
    ] {
        let token = NewToken {
            name: name.into(),
            hash: SecretHash([u8::from(owner.is_none()); 32]),
            owner,
            scopes,
            expires: None,
        };
        store.add_token(token, on()).await.unwrap().unwrap();
    }
    let (campaign, list) = play::empty_of(store, Some(id)).await;
    store.finish_import(list, 0, by(), NOW).await.unwrap();
    let everyone = SharedWith::Everyone;
    assert!(
        store
            .share(campaign, everyone, true, by(), NOW)
            .await
            .unwrap()
    );
}

pub(crate) async fn copy(from: &SqliteStore, to: &PostgresStore) -> Result<Move> {
    let lock = from.lock_for_move()?;
    moving::copy(from, &lock, to, by(), NOW, &mut |_| {}).await
}

pub(crate) fn refused_to_engines(store: &SqliteStore) -> bool {
    match store.lock_engine() {
        Ok(_) => false,
        Err(StoreError::Moved { to, .. }) => {
            assert!(to.starts_with("postgres://"), "{to}");
            true
        }
        Err(other) => panic!("{other}"),
    }
}

fn page<K>() -> Page<K> {
    Page {
        after: None,
        limit: 100,
    }
}

fn instance(id: InstanceId) -> NewInstance {
    NewInstance {
        id,
        name: "other".into(),
        process: 1,
        version: "0".into(),
        address: None,
    }
}

#[tokio::test]
async fn every_row_arrives_and_is_verified() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (from, to) = (left.open(), ground.store().await.unwrap());
    let moved = copy(&from, &to).await.unwrap();
    assert!(!moved.was_there);
    for table in &moved.tables {
        assert!(table.verified.is_some(), "{table:?}");
    }
    let rows = |name: &str| {
        moved
            .tables
            .iter()
            .find(|table| table.table == name)
            .unwrap()
            .rows
    };
    assert_eq!(rows("contacts"), 40 + 3 + 6);
    assert_eq!(rows("attempts"), 3 + 3 + 1);
    for table in [
        "numbers",
        "campaigns",
        "lists",
        "audit",
        "unmatched_evidence",
        "tokens",
        "facts",
    ] {
        assert!(rows(table) > 0, "{table}");
    }

    let unmatched = to.doctor(NOW).await.unwrap();
    let wrong: Vec<_> = unmatched.iter().filter(|finding| !finding.ok).collect();
    let expected = ["evidence without a call"];
    assert_eq!(
        wrong
            .iter()
            .map(|finding| finding.check)
            .collect::<Vec<_>>(),
        expected
    );
    for campaign in campaigns(&from).await {
        let there = to.campaign(campaign.id).await.unwrap();
        assert_eq!(format!("{there:?}"), format!("{campaign:?}"));
        let here = from.contacts(campaign.id, None, page()).await.unwrap();
        let mut there = to
            .contacts(campaign.id, None, page())
            .await
            .unwrap()
            .into_iter();
        for mut contact in here {
            contact.name = contact.name.replace('\0', "\u{fffd}");
            assert_eq!(there.next(), Some(contact));
        }
    }
    let entries = from.verify_audit().await.unwrap().unwrap();
    assert_eq!(
        to.verify_audit().await.unwrap(),
        Ok(entries + 1),
        "and that of the move"
    );
    let known = to.number(number(90)).await.unwrap().unwrap();
    assert_eq!(known.blocked.unwrap().reason, "asked us never to call");
}

#[tokio::test]
async fn campaigns_go_on_over_there_and_no_number_is_called_again() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (from, to) = (left.open(), Arc::new(ground.store().await.unwrap()));
    let running = campaigns(&from).await;
    let running = running
        .iter()
        .find(|campaign| campaign.live == 1)
        .unwrap()
        .id;
    let rung = from
        .rings(Page {
            after: None,
            limit: 1_000,
        })
        .await
        .unwrap();
    let rung: Vec<Number> = rung
        .iter()
        .filter(|ring| ring.campaign == running)
        .map(|ring| ring.number)
        .collect();
    copy(&from, &to).await.unwrap();

    let attempts = claim(&*to, running, 100).await.unwrap();
    assert_eq!(
        attempts.len(),
        37,
        "all but two that were called and one who is in a call"
    );
    for attempt in &attempts {
        assert!(!rung.contains(&attempt.number), "{}", attempt.number);
        assert_ne!(attempt.number, left.live.number);
    }
    // The call in flight is settled by the other side.
    let live = record(&*to, left.live.id, ended(Outcome::Answered))
        .await
        .unwrap();
    assert_eq!(live.state, AttemptState::Ended);
    let contacts = to
        .contacts(running, Some(ContactState::Completed), page())
        .await
        .unwrap();
    assert!(
        contacts
            .iter()
            .any(|contact| contact.number == left.live.number)
    );
    for attempt in attempts {
        record(&*to, attempt.id, play::dialling()).await.unwrap();
        record(&*to, attempt.id, ended(Outcome::Busy))
            .await
            .unwrap();
    }
    let next = play::running(&*to, 0..3).await;
    assert!(next > running, "campaigns are numbered on");
    call(&*to, next, Outcome::Busy).await;
    let trail = to.number_timeline(left.live.number).await.unwrap();
    assert!(trail.is_sorted_by_key(|entry| entry.seq), "{trail:?}");
    to.verify_audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn no_instance_calls_from_a_moved_file_unless_the_move_is_taken_back() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (from, to) = (left.open(), ground.store().await.unwrap());
    assert!(!refused_to_engines(&from));
    copy(&from, &to).await.unwrap();
    assert!(refused_to_engines(&from));
    assert!(refused_to_engines(&left.open()), "also after a restart");

    let lock = from.lock_for_move().unwrap();
    moving::back(&from, &lock, &to, &mut |_| {}).await.unwrap();
    drop(lock);
    assert!(!refused_to_engines(&from));
    let id = play::me();
    let joined = to.join(instance(id), NOW, UNTIL).await;
    assert!(
        matches!(joined, Err(StoreError::Moved { .. })),
        "{joined:?}"
    );

    // A second move finds everything there.
    let again = copy(&from, &to).await.unwrap();
    assert!(again.was_there);
    assert!(refused_to_engines(&from));
    to.join(instance(id), NOW, UNTIL).await.unwrap();
}

#[tokio::test]
async fn a_move_is_not_taken_back_once_a_number_was_called_over_there() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (from, to) = (left.open(), ground.store().await.unwrap());
    copy(&from, &to).await.unwrap();
    record(&to, left.live.id, ended(Outcome::Answered))
        .await
        .unwrap();
    let lock = from.lock_for_move().unwrap();
    let refusal = moving::back(&from, &lock, &to, &mut |_| {})
        .await
        .unwrap_err();
    assert!(refusal.to_string().contains("used since"), "{refusal}");
    drop(lock);
    assert!(refused_to_engines(&from));
}

#[tokio::test]
async fn a_file_on_which_a_server_runs_is_not_moved() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (server, from) = (left.open(), left.open());
    let _runs = server.lock_engine().unwrap();
    let to = ground.store().await.unwrap();
    let refusal = copy(&from, &to).await.unwrap_err();
    assert!(
        matches!(refusal, StoreError::InstanceRunning { .. }),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_ledger_that_is_used_is_not_overwritten() {
    let (left, ground) = (left().await, Fixture::new().await);
    let to = ground.store().await.unwrap();
    let campaign = running(&to, 0..3).await;
    dial(&to, campaign).await;
    let from = left.open();
    let refusal = copy(&from, &to).await.unwrap_err();
    assert!(refusal.to_string().contains("empty database"), "{refusal}");
    assert!(!refused_to_engines(&from));
    assert_healthy(&to).await;
    assert_eq!(campaigns(&to).await.len(), 1);
}

#[tokio::test]
async fn a_move_that_is_cut_leaves_both_sides_as_they_were() {
    let (left, ground) = (left().await, Fixture::new().await);
    let from = left.open();
    let admin = ground.foreign().await;
    // The last table that is copied cannot be written: everything before it must be removed.
    let trap = "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut'; END $$;
                CREATE TRIGGER cut BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION cut()";
    let to = ground.store().await.unwrap();
    admin.batch_execute(trap).await.unwrap();
    let refusal = copy(&from, &to).await.unwrap_err();
    assert!(refusal.to_string().contains("cut"), "{refusal}");
    assert!(!refused_to_engines(&from));
    assert!(campaigns(&to).await.is_empty());

    admin
        .batch_execute("DROP TRIGGER cut ON facts")
        .await
        .unwrap();
    assert!(!copy(&from, &to).await.unwrap().was_there);
}

#[tokio::test]
async fn what_arrives_otherwise_than_it_was_sent_is_not_taken() {
    let (left, ground) = (left().await, Fixture::new().await);
    let (from, to) = (left.open(), ground.store().await.unwrap());
    let liar = "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.line := NEW.line + 1; RETURN NEW; END $$;
                CREATE TRIGGER lie BEFORE INSERT ON contacts FOR EACH ROW WHEN (NEW.line = 17) EXECUTE FUNCTION lie()";
    ground.foreign().await.batch_execute(liar).await.unwrap();
    let refusal = copy(&from, &to).await.unwrap_err();
    assert!(refusal.to_string().contains("`contacts`"), "{refusal}");
    assert!(!refused_to_engines(&from));
}
