//! The connection to the server is cut in the middle of a commit: the data is written, and the caller gets no
//! answer.

use std::sync::Arc;

use ringonce_domain::{AttemptState, Outcome};
use ringonce_store::postgres::{Options, PostgresStore};
use ringonce_store::{Dialing as _, Reports as _, StoreError};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::play::{self, assert_healthy, claim, dialling, ended, record, running};
use crate::races::somebody_waits;
use crate::server::Fixture;

/// Stands between a store and the server.
struct Way {
    address: String,
    cuts: watch::Sender<u32>,
}

impl Way {
    async fn to(ground: &Fixture) -> Self {
        let server: Config = ground.address().parse().unwrap();
        let (Host::Tcp(host), port) = (&server.get_hosts()[0], server.get_ports()[0]) else {
            panic!("the test server is reached by TCP");
        };
        let (target, listener) = ((host.clone(), port), TcpListener::bind("127.0.0.1:0"));
        let listener = listener.await.unwrap();
        let here = listener.local_addr().unwrap();
        let there = format!("{host}:{port}");
        let (cuts, cut) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (target, mut cut) = (target.clone(), cut.clone());
                cut.borrow_and_update();
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(target).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self {
            address: ground.address().replace(&there, &here.to_string()),
            cuts,
        }
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// Every commit that writes an attempt waits for a lock that the test holds.
const SLOW_COMMIT: &str = "
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slowly AFTER INSERT OR UPDATE ON attempts
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly();";

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_done_once_and_asked_for_again_in_vain() {
    let ground = Fixture::new().await;
    let way = Way::to(&ground).await;
    let store = PostgresStore::open(&way.address, Options::default()).await;
    let store = Arc::new(store.unwrap());
    let campaign = running(&*store, 0..2).await;
    let person = ground.foreign().await;
    person.batch_execute(SLOW_COMMIT).await.unwrap();
    let unheard = async |work: tokio::task::JoinHandle<Result<(), StoreError>>| {
        somebody_waits(&person).await;
        way.cut();
        let told = work.await.unwrap();
        assert!(
            matches!(told, Err(StoreError::Unreachable { .. })),
            "{told:?}"
        );
        person
            .batch_execute("SELECT pg_advisory_unlock(42); SELECT pg_advisory_lock(42)")
            .await
            .unwrap();
        person
            .batch_execute("SELECT pg_advisory_unlock(42)")
            .await
            .unwrap();
    };
    let lock = "SELECT pg_advisory_lock(42)";

    person.batch_execute(lock).await.unwrap();
    let (its, id) = (Arc::clone(&store), campaign);
    unheard(tokio::spawn(async move {
        claim(&*its, id, 1).await.map(|_| ())
    }))
    .await;
    let other = claim(&*store, campaign, 2).await.unwrap();
    assert_eq!(other.len(), 1, "the contact of the lost answer is taken");
    let page = ringonce_store::model::Page {
        after: None,
        limit: 10,
    };
    let live = store.live_attempts(page).await.unwrap();
    assert_eq!(live.len(), 2);
    let attempt = live.iter().find(|live| live.id != other[0].id).unwrap().id;

    person.batch_execute(lock).await.unwrap();
    let its = Arc::clone(&store);
    unheard(tokio::spawn(async move {
        record(&*its, attempt, dialling()).await.map(|_| ())
    }))
    .await;
    let again = record(&*store, attempt, dialling()).await;
    assert!(matches!(again, Err(StoreError::Stale(_))), "{again:?}");

    person.batch_execute(lock).await.unwrap();
    let its = Arc::clone(&store);
    unheard(tokio::spawn(async move {
        let end = ended(Outcome::Answered);
        record(&*its, attempt, end).await.map(|_| ())
    }))
    .await;
    let again = record(&*store, attempt, ended(Outcome::Answered)).await;
    assert_eq!(again.unwrap().state, AttemptState::Ended);

    record(&*store, other[0].id, dialling()).await.unwrap();
    let called = store.number(play::number(0)).await.unwrap().unwrap();
    assert_eq!(called.called, 1);
    assert_healthy(&*store).await;
}
