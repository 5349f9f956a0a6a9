//! The first page and its assets.

use axum::body::Body;
use axum::http::Request;

use crate::support::{AROUND_THE_CLOCK, Answer, Server};

#[tokio::test]
async fn an_empty_page_teaches_how_to_begin() {
    let server = Server::start().await;
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    for words in [
        "ringonce dial",
        "curl",
        "/api/v1/campaigns",
        "href=\"/campaigns/new\"",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_campaign_shows_on_the_page_with_what_can_be_done() {
    let server = Server::start().await;
    let fields = [("name", "Fish & <Chips>"), ("settings", AROUND_THE_CLOCK)];
    let file = "Phone,Name\n+12025550123,Ana\n12,Bo\n";
    server.upload("/api/v1/campaigns", file, &fields).await;
    for path in ["/", "/?state=draft"] {
        let page = server.get(path).await;
        assert!(
            page.text.contains("Fish &#38; &#60;Chips&#62;"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("<Chips>"), "names are escaped");
        assert!(
            page.text
                .contains("data-post=\"/api/v1/campaigns/1/start\"")
        );
        assert!(page.text.contains("/api/v1/campaigns/1/problems.csv"));
        assert!(page.text.contains("class=\"state draft\""));
    }
}

#[tokio::test]
async fn the_stop_shows_in_the_title_and_on_the_page_with_the_way_out() {
    let server = Server::start().await;
    server
        .post("/api/v1/safety/stop", r#"{"reason": "complaints"}"#)
        .await
        .assert_ok();
    let page = server.get("/").await;
    assert!(page.text.contains("<title>STOPPED"));
    for words in [
        "complaints",
        "icon-stopped.svg",
        "data-open=\"resume-dialog\"",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn pages_hold_nothing_inline_and_nothing_from_elsewhere() {
    let server = Server::start().await;
    server.draft().await;
    for path in ["/", "/login"] {
        let html = server.get(path).await.text;
        assert!(
            !html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="),
            "{path}"
        );
        assert!(html.split("<script").skip(1).all(|tag| {
            tag.trim_start()
                .starts_with("type=\"module\" src=\"/assets/")
        }));
        for link in [
            "src=\"http",
            "href=\"http",
            "src=\"//",
            "href=\"//",
            "@import",
        ] {
            assert!(!html.contains(link), "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn assets_are_found_kept_and_asked_for_only_once() {
    let server = Server::start().await;
    let html = stranger(&server, "/login", None).await.text;
    let style = html
        .split('"')
        .find(|part| part.ends_with("/app.css"))
        .unwrap()
        .to_owned();
    let folder = style.trim_end_matches("app.css");
    for (name, kind) in [
        ("app.css", "text/css; charset=utf-8"),
        ("frame.js", "text/javascript; charset=utf-8"),
        ("live.js", "text/javascript; charset=utf-8"),
        ("morph.js", "text/javascript; charset=utf-8"),
        ("http.js", "text/javascript; charset=utf-8"),
        ("actions.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let asset = stranger(&server, &format!("{folder}{name}"), None).await;
        assert_eq!(
            (asset.status.as_u16(), asset.header("content-type")),
            (200, kind),
            "{name}"
        );
        assert!(asset.header("cache-control").contains("immutable"));
    }
    let tag = stranger(&server, &style, None)
        .await
        .header("etag")
        .to_owned();
    assert_eq!(stranger(&server, &style, Some(&tag)).await.status, 304);
    stranger(&server, "/assets/0000/app.css", None)
        .await
        .assert_problem(404, "not-found");
    stranger(&server, &format!("{folder}../Cargo.toml"), None)
        .await
        .assert_problem(404, "not-found");
}

async fn stranger(server: &Server, path: &str, known: Option<&str>) -> Answer {
    let mut request = Request::get(path);
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn pages_and_answers_are_compressed_for_who_can_read_that_and_events_are_not() {
    let server = Server::start().await;
    server.draft().await;
    for (path, wish, encoding) in [
        ("/", "gzip, br", "br"),
        ("/", "gzip", "gzip"),
        ("/api/v1/campaigns", "gzip", "gzip"),
        ("/", "identity", ""),
        ("/api/v1/events", "gzip, br", ""),
    ] {
        let request = server
            .request(axum::http::Method::GET, path)
            .header("accept-encoding", wish);
        let answer = server.raw(request.body(Body::empty()).unwrap()).await;
        let found = answer.headers().get("content-encoding");
        let found = found.map_or("", |value| value.to_str().unwrap());
        assert_eq!(found, encoding, "{path} for {wish}");
    }
}
