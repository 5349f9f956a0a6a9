//! Watched pages: rendered once for all who see the same, never for those who do not, and never older
//! than the event that made somebody ask.

use axum::body::Body;
use axum::http::{Method, Request};
use futures::StreamExt as _;
use ringonce_domain::Role;

use crate::people::Browser;
use crate::support::{Answer, Server};

/// What a page fetches after an event.
async fn watch(server: &Server, browser: &Browser, path: &str) -> String {
    let request = Request::builder()
        .method(Method::GET)
        .uri(path)
        .header("cookie", browser.cookie())
        .header("x-live", "1")
        .body(Body::empty());
    let answer: Answer = server.send(request.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_page_names_nobody_and_changes_with_the_next_event() {
    let server = Server::start().await;
    let ana = server.enter_and_sign_in("ana", Role::Supervisor).await;
    let bo = server.enter_and_sign_in("bo", Role::Supervisor).await;
    let mut events = server.events().await;
    events.next().await.unwrap().unwrap();
    assert!(ana.get(&server, "/").await.text.contains("viewer\">ana"));
    let first = watch(&server, &ana, "/").await;
    assert_eq!(watch(&server, &bo, "/").await, first);
    assert!(!first.contains("viewer\">ana") && !first.contains("campaign-1"));

    server.draft().await;
    let mut seen = String::new();
    while !seen.contains("campaign-1") {
        events.next().await.unwrap().unwrap();
        seen = watch(&server, &bo, "/").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_page_is_never_shared_with_somebody_who_may_less_or_sees_less() {
    let server = Server::start().await;
    let chief = server.enter_and_sign_in("chief", Role::Supervisor).await;
    let viewer = server.enter_and_sign_in("viewer", Role::Viewer).await;
    let owner = server.enter_and_sign_in("owner", Role::Operator).await;
    let other = server.enter_and_sign_in("other", Role::Operator).await;
    let mut events = server.events().await;
    events.next().await.unwrap().unwrap();
    owner
        .upload(&server, "Phone\n+12025550123\n", "Secret plan")
        .await;
    events.next().await.unwrap().unwrap();
    for (browser, sees, may_start) in [
        (&chief, true, true),
        (&viewer, true, false),
        (&owner, true, true),
        (&other, false, false),
        (&chief, true, true),
    ] {
        let page = watch(&server, browser, "/").await;
        assert_eq!(page.contains("Secret plan"), sees);
        assert_eq!(page.contains("/api/v1/campaigns/1/start"), may_start);
    }
}
