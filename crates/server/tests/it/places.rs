//! The smaller pages: what they tell, what they offer, and that the navigation leads to all of them.

use crate::support::{AROUND_THE_CLOCK, Server};

#[tokio::test]
async fn every_link_of_the_navigation_leads_to_a_page_that_is_marked_as_here() {
    let server = Server::start().await;
    let home = server.get("/").await.text;
    let rail = home.split("id=\"rail\"").nth(1).unwrap();
    let rail = rail.split("</nav>").next().unwrap();
    let links: Vec<_> = rail
        .split("href=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap())
        .collect();
    assert!(links.len() > 4, "{links:?}");
    for link in links {
        let page = server.get(link).await;
        assert_eq!(page.status, 200, "{link}: {}", page.text);
        let here = format!("href=\"{link}\" aria-current=\"page\"");
        assert!(page.text.contains(&here), "{link}");
    }
}

#[tokio::test]
async fn a_page_speaks_the_language_of_the_browser() {
    let server = Server::start().await;
    let request = server
        .request(axum::http::Method::GET, "/")
        .header("accept-language", "es-MX,en;q=0.5")
        .body(axum::body::Body::empty());
    let page = server.send(request.unwrap()).await.text;
    assert!(page.contains("<html lang=\"es\">") && page.contains("Campaña nueva"));
}

#[tokio::test]
async fn a_number_tells_whether_and_why_it_was_called_and_offers_a_block() {
    let server = Server::start().await;
    let file = "Phone,Name\n+12025550123,<b>Ana</b>\n";
    let fields = [("settings", AROUND_THE_CLOCK)];
    server.upload("/api/v1/campaigns", file, &fields).await;
    for asked in ["%2B12025550123", "%2B1+(202)+555-0123", "0012025550123"] {
        let page = server.get(&format!("/numbers?number={asked}")).await.text;
        assert!(page.contains("+1 202-555-0123"), "{asked}: {page}");
        assert!(page.contains("&#60;b&#62;Ana") && !page.contains("<b>Ana"));
        assert!(page.contains("Not rung against the rules."));
        assert!(page.contains("data-post=\"/api/v1/numbers/+12025550123/block\""));
    }
    server
        .post(
            "/api/v1/numbers/+12025550123/block",
            r#"{"reason": "asked <i>us</i>"}"#,
        )
        .await
        .assert_ok();
    let page = server.get("/numbers?number=%2B12025550123").await.text;
    assert!(page.contains("asked &#60;i&#62;us") && !page.contains("block-dialog"));
}

#[tokio::test]
async fn a_number_that_is_none_is_told_how_to_be_written() {
    let server = Server::start().await;
    for (asked, words) in [
        ("12", "Write it with its country code"),
        ("%22%3E%3Cscript%3E", "&#34;&#62;&#60;script&#62;"),
        ("%2B12025550199", "was never on a list"),
    ] {
        let page = server.get(&format!("/numbers?number={asked}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(words), "{asked}: {}", page.text);
        assert!(!page.text.contains("<script>"));
    }
}

#[tokio::test]
async fn the_audit_trail_tells_who_did_what_and_finds_it_by_actor_campaign_and_number() {
    let server = Server::start().await;
    server.draft().await;
    server
        .post(
            "/api/v1/safety/stop",
            r#"{"reason": "complaints <i>about</i> us"}"#,
        )
        .await
        .assert_ok();
    for (asked, found) in [
        ("", true),
        ("?actor=api:ana", true),
        ("?actor=cli", false),
        ("?number=%2B12025550199", false),
        ("?campaign=1", false),
    ] {
        let page = server.get(&format!("/audit{asked}")).await;
        assert_eq!(page.status, 200, "{asked}: {}", page.text);
        let words = "complaints &#60;i&#62;about&#60;/i&#62; us";
        let trail = page.text.split("id=\"trail\"").nth(1).unwrap();
        assert_eq!(trail.contains(words), found, "{asked}: {trail}");
    }
    for asked in ["hello", "2025550199"] {
        let page = server.get(&format!("/audit?number={asked}")).await.text;
        assert!(page.contains("Write it with its country code"), "{page}");
    }
}
