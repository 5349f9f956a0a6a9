//! Who shares the ledger, as the API and the first page tell it.

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{InstanceId, Millis, Timestamp};
use ringonce_store::model::NewInstance;

use crate::support::Server;

async fn join(server: &Server, n: u8, until: Timestamp) -> InstanceId {
    let id = InstanceId::new(SystemClock.now(), [n; 10]);
    let instance = NewInstance {
        id,
        name: format!("machine-{n}"),
        process: 7,
        version: "1.2.3".into(),
        address: Some(format!("http://127.0.0.1:800{n}")),
    };
    server
        .store
        .join(instance, SystemClock.now(), until)
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn every_instance_is_listed_with_its_state() {
    let server = Server::start().await;
    let now = SystemClock.now();
    let soon = now + Millis::from_hours(1);
    join(&server, 1, soon).await;
    let left = join(&server, 2, soon).await;
    server.store.leave(left, now).await.unwrap();
    join(&server, 3, now - Millis::from_secs(1)).await;

    let list = server.get("/api/v1/instances").await.assert_ok();
    let shown: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["name"].as_str().unwrap(), it["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        shown,
        [
            ("machine-1", "living"),
            ("machine-2", "left"),
            ("machine-3", "gone")
        ]
    );
    assert_eq!(list[0]["address"], "http://127.0.0.1:8001");
    assert_eq!(list[0]["version"], "1.2.3");
    assert_eq!(list[0]["campaigns"], serde_json::json!([]));
}

#[tokio::test]
async fn the_first_page_counts_the_instances_that_live() {
    let server = Server::start().await;
    let soon = SystemClock.now() + Millis::from_hours(1);
    for n in 1..=3 {
        join(&server, n, soon).await;
        let page = server.get("/").await.text;
        let words = format!("Instances</span> <b>{n}</b>");
        assert!(page.contains(&words), "{page}");
    }
}
