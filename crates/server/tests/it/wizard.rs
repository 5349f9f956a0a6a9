//! The pages of a new campaign: what was understood of a file, and the draft.

use crate::support::{CONTACTS, Server};

async fn upload(server: &Server, file: &str) -> String {
    let kept = server
        .upload("/api/v1/uploads", file, &[("region", "US")])
        .await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    kept.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_of_an_upload_shows_what_was_understood() {
    let server = Server::start().await;
    let blank = server.get("/campaigns/new").await;
    assert!(blank.text.contains("id=\"drop\"") && blank.text.contains("type=\"file\""));
    let id = upload(&server, CONTACTS).await;
    let page = server
        .get(&format!("/campaigns/new?upload={id}"))
        .await
        .text;
    for words in [
        "contacts.csv",
        "data-column=\"City\"",
        "<option value=\"phone\" selected>",
        "+1 202-555-0123",
        "City: Washington",
        &format!("/api/v1/uploads/{id}/problems.csv"),
        "1 bad row",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let gone = server.get("/campaigns/new?upload=unknown").await;
    assert_eq!(gone.status, 200);
    assert!(gone.text.contains("choose the file again") && gone.text.contains("id=\"drop\""));
}

#[tokio::test]
async fn nothing_that_stands_in_a_file_becomes_markup() {
    const HOSTILE: &str = "<img src=x onerror=alert(1)>";
    let server = Server::start().await;
    let file = format!(
        "Phone,\"{HOSTILE}\",Name\n+12025550123,\"{HOSTILE}\",\"\"\"{HOSTILE}\"\n\"{HOSTILE}\",a,b\n+12025550123,x,\"{HOSTILE}\"\n"
    );
    let id = upload(&server, &file).await;
    let page = server.get(&format!("/campaigns/new?upload={id}")).await;
    assert!(page.text.contains("&#60;img src=x"), "{}", page.text);
    assert!(!page.text.contains("<img src=x"), "{}", page.text);
    let name = server
        .upload("/api/v1/campaigns", &file, &[("name", HOSTILE)])
        .await;
    let draft = name.json()["campaign"]["id"].clone();
    let page = server.get(&format!("/campaigns/{draft}")).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<img src=x"), "{}", page.text);
}

#[tokio::test]
async fn the_page_of_a_draft_holds_its_settings_and_what_a_start_needs() {
    let server = Server::start().await;
    let id = server.draft().await;
    let page = server.get(&format!("/campaigns/{id}")).await.text;
    for words in [
        "data-settings=\"{&#34;agent&#34;",
        "name=\"business_hours.start\"",
        "data-preset=\"mon tue wed thu fri,09:00,17:00\"",
        &format!("data-post=\"/api/v1/campaigns/{id}/start\""),
        &format!("data-delete=\"/api/v1/campaigns/{id}\""),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(server.get("/campaigns/99").await.status, 404);
}
