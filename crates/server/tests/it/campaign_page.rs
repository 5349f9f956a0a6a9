//! A campaign's page and the page of a call: what they tell, offer and escape.

use crate::rows::one_answered_call;
use crate::support::{AROUND_THE_CLOCK, Server};

/// Markup in every field that a file can bring.
const HOSTILE: &str = "Phone,Name,Note\n\
    +12025550123,<script>alert(1)</script>,\"\"\"><img src=x onerror=alert(1)>\"\n\
    <svg onload=alert(1)>,Nobody,\n\
    +12025550124,\"=HYPERLINK(\"\"http://host.example.com\"\")\",x\n";

async fn made(server: &Server, file: &str, name: &str) -> i64 {
    let fields = [("settings", AROUND_THE_CLOCK), ("name", name)];
    let made = server.upload("/api/v1/campaigns", file, &fields).await;
    made.json()["campaign"]["id"].as_i64().unwrap()
}

fn assert_harmless(page: &str) {
    for markup in [
        "<script>alert",
        "<img src=x",
        "<svg onload",
        "onerror=alert(1)>",
        "<i>",
    ] {
        assert!(!page.contains(markup), "{markup} in {page}");
    }
    assert!(!page.contains(" style=") && !page.contains("javascript:"));
}

#[tokio::test]
async fn whatever_a_file_brings_is_text_on_every_page() {
    let server = Server::start().await;
    let id = made(&server, HOSTILE, "<i>Spring</i>").await;
    let call = one_answered_call(&server, id).await;
    let addresses = [
        format!("/campaigns/{id}"),
        format!("/campaigns/{id}?search=%3Cscript%3Ealert(1)%3C/script%3E"),
        format!("/campaigns/{id}?search=%22%3E%3Cimg%20src%3Dx%3E&sort=%3Ci%3E&state=%3Ci%3E"),
        format!("/calls/{call}"),
    ];
    for address in addresses {
        let page = server.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_harmless(&page.text);
    }
    let page = server.get(&format!("/campaigns/{id}")).await.text;
    assert!(
        page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"),
        "{page}"
    );
    assert!(page.contains("&#60;i&#62;Spring&#60;/i&#62;"));
    assert!(
        page.contains("&#60;svg onload=alert(1)&#62;"),
        "bad rows are shown"
    );
}

#[tokio::test]
async fn the_page_tells_how_far_it_is_and_what_happens_next() {
    let server = Server::start().await;
    let id = server.draft().await;
    let draft = server.get(&format!("/campaigns/{id}?sort=name")).await.text;
    for words in [
        "Not started yet",
        "All 3 waiting contacts",
        "wait for their turn",
        "This fills as calls end.",
    ] {
        assert!(draft.contains(words), "{words}");
    }
    assert!(draft.contains(&format!("data-delete=\"/api/v1/campaigns/{id}\"")));
    assert!(draft.contains(&format!("data-post=\"/api/v1/campaigns/{id}/shares\"")));
    assert!(!draft.contains("<svg class=\"chart\""));
    let call = one_answered_call(&server, id).await;
    let page = server.get(&format!("/campaigns/{id}")).await.text;
    assert!(page.contains("id=\"chart-time\"") && page.contains("id=\"chart-hours\""));
    assert!(
        page.contains(&format!("href=\"/calls/{call}\"")),
        "a row leads to its call"
    );
    for part in [
        "campaign-progress",
        "calls-over-time",
        "why",
        "outcomes",
        "best-hour",
        "contacts",
    ] {
        let live = page.split(&format!("id=\"{part}\"")).nth(1).unwrap();
        assert!(live.trim_start().starts_with("data-live"), "{part} is live");
    }
}

#[tokio::test]
async fn the_list_is_filtered_searched_and_ordered_by_addresses() {
    let server = Server::start().await;
    let rows: Vec<_> = (0..60)
        .map(|n| format!("+120255501{n:02},Person {n:02}\n"))
        .collect();
    let rows = rows.concat();
    let id = made(&server, &format!("Phone,Name\n{rows}"), "Long").await;
    let page = server.get(&format!("/campaigns/{id}?sort=")).await.text;
    assert_eq!(page.matches("<tr id=\"contact-").count(), 50);
    let next = page.split("class=\"pager\"").nth(1).unwrap();
    let next = next
        .split("href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let next = next.replace("&#38;", "&").replace("&amp;", "&");
    let rest = server.get(&next).await.text;
    assert_eq!(rest.matches("<tr id=\"contact-").count(), 10);
    assert!(rest.contains("First page"));
    let path = format!("/campaigns/{id}?search=person%2005&sort=-name");
    let found = server.get(&path).await.text;
    assert_eq!(found.matches("<tr id=\"contact-").count(), 1);
    assert!(found.contains("Person 05") && found.contains("aria-sort=\"descending\""));
    let export = format!("/api/v1/campaigns/{id}/export.csv?search=person%2005");
    assert!(
        found.contains(&export),
        "the export is of what is shown: {found}"
    );
    let nobody = server
        .get(&format!("/campaigns/{id}?search=zzz"))
        .await
        .text;
    assert!(nobody.contains("No contact matches"));
    let odd = server
        .get(&format!("/campaigns/{id}?sort=colour&after=x&limit=0"))
        .await;
    assert_eq!(
        odd.status, 200,
        "an address that was changed by hand shows everything"
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = Server::start().await;
    for path in [
        "/campaigns/99",
        "/campaigns/x",
        "/calls/00000000-0000-7000-8000-000000000000",
    ] {
        let answer = server.get(path).await;
        assert!(
            [400, 404].contains(&answer.status.as_u16()),
            "{path}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_call_tells_its_steps_its_rules_and_the_history_of_its_number() {
    let server = Server::start().await;
    let id = server.draft().await;
    let call = one_answered_call(&server, id).await;
    let page = server.get(&format!("/calls/{call}")).await.text;
    for words in [
        "id=\"call\"",
        "Chosen from the list",
        "Sent to the carrier",
        "Answered",
        "no other campaign had called the number",
        "this one",
        "data-copy=\"+12025550123\"",
        "data-post=\"/api/v1/numbers/+12025550123/block\"",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    server
        .post(
            "/api/v1/numbers/+12025550123/block",
            r#"{"reason": "asked us"}"#,
        )
        .await
        .assert_ok();
    let page = server.get(&format!("/calls/{call}")).await.text;
    assert!(page.contains("asked us") && !page.contains("data-post=\"/api/v1/numbers"));
}

#[tokio::test]
async fn the_page_speaks_spanish() {
    let server = Server::start().await;
    let id = server.draft().await;
    let request = server
        .request(
            axum::http::Method::GET,
            &format!("/campaigns/{id}?sort=name"),
        )
        .header("accept-language", "es")
        .body(axum::body::Body::empty());
    let page = server.send(request.unwrap()).await.text;
    assert!(page.contains("Sin empezar") && page.contains("Los 3 que esperan"));
    assert!(!page.contains("What happens next"));
}
