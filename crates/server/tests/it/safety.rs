//! The emergency stop over the API.

use crate::support::Server;

#[tokio::test]
async fn the_stop_trips_and_is_re_armed_with_reasons() {
    let server = Server::start().await;
    let armed = server.get("/api/v1/safety").await.assert_ok();
    assert_eq!(armed["stopped"], false);
    let stopped = server
        .post("/api/v1/safety/stop", r#"{"reason": "complaints"}"#)
        .await
        .assert_ok();
    assert_eq!(stopped["stopped"], true);
    assert!(
        stopped["reason"] == "by_hand" && stopped["detail"] == "complaints",
        "{stopped}"
    );
    assert!(stopped["stopped_at"].is_string());
    for body in [r#"{"reason": ""}"#, r#"{"reason": "   "}"#] {
        let refused = server.post("/api/v1/safety/resume", body).await;
        assert_eq!(
            refused.assert_problem(422, "invalid-value")["field"],
            "reason"
        );
    }
    let resumed = server
        .post("/api/v1/safety/resume", r#"{"reason": "mended"}"#)
        .await
        .assert_ok();
    assert_eq!(resumed["stopped"], false);
}

#[tokio::test]
async fn re_arming_what_has_not_tripped_is_refused() {
    let server = Server::start().await;
    let refused = server
        .post("/api/v1/safety/resume", r#"{"reason": "why not"}"#)
        .await;
    refused.assert_problem(409, "conflict");
}
