//! Numbers as people type them: in which country they are read, when somebody is asked, what a block tells
//! of the number before it, and the usual region.

use ringonce_domain::Role;
use serde_json::{Value, json};

use crate::people::{Browser, PASSWORD, encoded};
use crate::rows::one_answered_call;
use crate::support::{AROUND_THE_CLOCK, Server};

const BLOCK: &str = "id=\"block-dialog\"";

impl Server {
    async fn lookup(&self, text: &str) -> String {
        let path = format!("/numbers?form=&number={}", encoded(text));
        let page = self.get(&path).await;
        assert_eq!(page.status, 200, "{text}");
        page.text
    }

    async fn usual_region(&self, code: &str) {
        let body = json!({ "usual_region": code }).to_string();
        let set = self.patch("/api/v1/settings", &body).await.assert_ok();
        assert_eq!(set["usual_region"], code);
    }

    /// A draft with one contact.
    async fn contact(&self, number: &str) -> i64 {
        let file = format!("Phone,Name\n{number},Ana\n");
        let fields = [("settings", AROUND_THE_CLOCK)];
        let made = self.upload("/api/v1/campaigns", &file, &fields).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["campaign"]["id"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn a_number_without_a_country_code_is_asked_about_and_offers_no_block() {
    let server = Server::start().await;
    for (text, likely) in [
        (
            "2025550123",
            ["+1 202-555-0123", "United States", "Luxembourg"],
        ),
        (
            "305 555 0123",
            ["+1 305-555-0123", "United States", "Colombia"],
        ),
        (
            "(202) 555-0123",
            ["+1 202-555-0123", "United States", "Never on a list"],
        ),
    ] {
        let page = server.lookup(text).await;
        assert!(page.contains("Which number is"), "{text}: {page}");
        for words in likely {
            assert!(page.contains(words), "{text}: {words}: {page}");
        }
        assert!(!page.contains(BLOCK) && !page.contains("/block"), "{text}");
    }
    // What is chosen is a number with its country code.
    let chosen = "/numbers?number=%2B12025550123";
    assert!(server.lookup("2025550123").await.contains(chosen));
    let page = server.get(chosen).await.text;
    assert!(
        page.contains(BLOCK) && page.contains("data-post=\"/api/v1/numbers/+12025550123/block\"")
    );
}

#[tokio::test]
async fn words_and_other_cells_are_no_numbers() {
    let server = Server::start().await;
    server.usual_region("US").await;
    for text in ["call 12 me 345", "hello", "+", "12", "+1202555012345678901"] {
        let page = server.lookup(text).await;
        assert!(page.contains("aria-invalid=\"true\""), "{text}: {page}");
        assert!(
            !page.contains("/block") && !page.contains("Which number"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_blank_in_an_address_is_a_plus_and_a_blank_in_the_form_is_none() {
    let server = Server::start().await;
    let page = server.get("/numbers?number=+12025550123").await.text;
    assert!(page.contains("data-post=\"/api/v1/numbers/+12025550123/block\""));
    let page = server.get("/numbers?form=&number=+2025550123").await.text;
    assert!(page.contains("Which number is") && !page.contains("/block"));
}

#[tokio::test]
async fn the_ledger_decides_first_and_the_usual_region_second() {
    let server = Server::start().await;
    server.usual_region("US").await;
    let page = server.lookup("2025550123").await;
    assert!(
        page.contains("read in the usual region: United States"),
        "{page}"
    );
    assert!(page.contains("numbers/+12025550123/block"), "{page}");
    assert!(page.contains("Another number is meant"), "{page}");
    let page = server.lookup("0202 5550123").await;
    assert!(page.contains("Which number is") && !page.contains("/block"));

    server.contact("+3522025550123").await;
    let page = server.lookup("2025550123").await;
    assert!(page.contains("the ledger has one: Luxembourg"), "{page}");
    assert!(page.contains("numbers/+3522025550123/block"), "{page}");
    // Only as that country writes it.
    let page = server.lookup("1 202 555 0123").await;
    assert!(page.contains("numbers/+12025550123/block"), "{page}");

    server.contact("+12025550123").await;
    let page = server.lookup("2025550123").await;
    assert!(page.contains("Which number is") && !page.contains("/block"));
    let (us, lu) = (
        page.find("+1 202-555-0123"),
        page.find("+352 20 25 55 01 23"),
    );
    assert!(us.is_some() && lu.is_some(), "{page}");
    assert!(page.contains("Known here, never called."), "{page}");
}

#[tokio::test]
async fn a_block_names_the_country_and_what_was_done_about_the_number() {
    let server = Server::start().await;
    let page = server.lookup("+1 202 555 0123").await;
    assert!(page.contains(
        "<p id=\"block-who\"><b>United States</b><br>Never on a list, never called.</p>"
    ));
    let campaign = server.contact("+12025550123").await;
    let page = server.lookup("+1 202 555 0123").await;
    assert!(page.contains("<br>Known here, never called.</p>"), "{page}");
    one_answered_call(&server, campaign).await;
    let page = server.lookup("+1 202 555 0123").await;
    assert!(page.contains("Block +1 202-555-0123 for good?"), "{page}");
    assert!(page.contains("<br>Called once, last on "), "{page}");

    let path = "/api/v1/numbers/+12025550123/block";
    let blocked = server
        .post(path, r#"{"reason": "asked"}"#)
        .await
        .assert_ok();
    assert_eq!(blocked["country"], "United States");
    assert_eq!(blocked["history"]["called"], 1);
    assert_eq!(blocked["history"]["blocked"], false);
    let path = "/api/v1/numbers/+80012345678/block";
    let blocked = server
        .post(path, r#"{"reason": "asked"}"#)
        .await
        .assert_ok();
    assert_eq!(
        (&blocked["country"], &blocked["history"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_block_takes_a_number_with_its_country_code_alone() {
    let server = Server::start().await;
    server.usual_region("US").await;
    for number in [
        "2025550123",
        "12025550123",
        "0012025550123",
        "%2B1%20202%20200%201000",
    ] {
        let path = format!("/api/v1/numbers/{number}/block");
        let refused = server.post(&path, r#"{"reason": "asked"}"#).await;
        let problem = refused.assert_problem(422, "invalid-value");
        assert_eq!(problem["field"], "number", "{number}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("write +"), "{number}: {detail}");
    }
    let found = server.get("/api/v1/numbers/+12025550123").await;
    found.assert_problem(404, "not-found");
}

#[tokio::test]
async fn the_api_tells_what_a_text_can_mean() {
    let server = Server::start().await;
    let read = async |text: &str| {
        let path = format!("/api/v1/numbers?text={}", encoded(text));
        server.get(&path).await.assert_ok()
    };
    let open = read("2025550123").await;
    assert_eq!(
        (&open["number"], &open["ground"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        open["readings"][0],
        json!({
            "number": "+12025550123", "international": "+1 202-555-0123", "region": "US",
            "country": "United States", "is_likely": true, "history": null
        })
    );
    assert!(open["readings"].as_array().unwrap().len() > 2, "{open}");
    server.usual_region("US").await;
    let usual = read("2025550123").await;
    assert_eq!(usual["number"], "+12025550123");
    assert_eq!(usual["ground"], "usual_region");
    server.contact("+3522025550123").await;
    let held = read("2025550123").await;
    assert_eq!(held["number"], "+3522025550123");
    assert_eq!(held["ground"], "ledger");
    let whole = read("+352 2025 550123").await;
    assert_eq!(whole["ground"], "country_code");
    assert_eq!(whole["readings"].as_array().unwrap().len(), 1);
    assert_eq!(whole["readings"][0]["is_likely"], true);
    let refused = server.get("/api/v1/numbers?text=12").await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "text"
    );
}

#[tokio::test]
async fn the_usual_region_is_set_by_admins_and_audited() {
    let server = Server::start().await;
    let get = async || server.get("/api/v1/settings").await.assert_ok()["usual_region"].clone();
    assert_eq!(get().await, Value::Null);
    for (body, after) in [
        (r#"{"usual_region": "de"}"#, json!("DE")),
        ("{}", json!("DE")),
        (r#"{"usual_region": null}"#, Value::Null),
        (r#"{"usual_region": "US"}"#, json!("US")),
    ] {
        server.patch("/api/v1/settings", body).await.assert_ok();
        assert_eq!(get().await, after, "{body}");
    }
    let wrong = server
        .patch("/api/v1/settings", r#"{"usual_region": "UK"}"#)
        .await;
    assert_eq!(
        wrong.assert_problem(422, "invalid-value")["field"],
        "usual_region"
    );

    for (role, status) in [(Role::Supervisor, 403), (Role::Admin, 200)] {
        server.enter(role.as_str(), role).await;
        let browser = server.sign_in(role.as_str()).await;
        let body = r#"{"usual_region": "GB"}"#;
        let set = browser.patch(&server, "/api/v1/settings", body).await;
        assert_eq!(set.status, status, "{role}");
        let page = browser.get(&server, "/settings").await;
        assert_eq!(page.status, status, "{role}");
        if role == Role::Admin {
            assert!(
                page.text
                    .contains("<option value=\"GB\" selected>United Kingdom")
            );
        }
    }
    let audit = server.get("/audit").await.text;
    assert!(audit.contains("settings.change"), "{audit}");
    for words in ["after: GB", "before: US"] {
        assert!(audit.contains(words), "{words}: {audit}");
    }
}

#[tokio::test]
async fn the_first_user_says_the_usual_region() {
    for (given, usual) in [
        (Some("GB"), json!("GB")),
        (Some(""), Value::Null),
        (Some("XX"), Value::Null),
        (None, Value::Null),
    ] {
        let server = Server::start().await;
        let path = server.first_path().await.unwrap();
        let page = server.get(&path).await.text;
        let option = "<option value=\"GB\" data-zones=\"Europe/London\">United Kingdom</option>";
        assert!(
            page.contains("name=\"usual_region\"") && page.contains(option),
            "{page}"
        );
        let once = path.split_once("once=").unwrap().1;
        let mut fields = vec![
            ("once", once),
            ("name", "Ana"),
            ("email", "ana@example.com"),
            ("password", PASSWORD),
        ];
        fields.extend(given.map(|code| ("usual_region", code)));
        let entered = server.form("/welcome", &fields, None).await;
        assert_eq!(entered.status, 303, "{given:?}: {}", entered.text);
        let browser = Browser::of(&entered);
        let settings = browser.get(&server, "/api/v1/settings").await.assert_ok();
        assert_eq!(settings["usual_region"], usual, "{given:?}");
    }
}

#[tokio::test]
async fn a_list_that_names_no_region_is_read_in_the_usual_one() {
    const LOCAL: &str = "Phone,Name\n(202) 555-0123,Ana\n";
    let server = Server::start().await;
    server.usual_region("US").await;
    let accepted = async |fields: &[(&str, &str)]| {
        let report = server.upload("/api/v1/check", LOCAL, fields).await;
        report.assert_ok()["accepted"].clone()
    };
    assert_eq!(accepted(&[]).await, 1);
    assert_eq!(accepted(&[("region", "FR")]).await, 0);
    assert_eq!(accepted(&[("region", "")]).await, 0);

    for (settings, region, status) in [
        ("{}", json!("US"), 201),
        (r#"{"region": "FR"}"#, Value::Null, 422),
        (r#"{"region": null}"#, Value::Null, 422),
    ] {
        let fields = [("settings", settings)];
        let made = server.upload("/api/v1/campaigns", LOCAL, &fields).await;
        assert_eq!(made.status, status, "{settings}: {}", made.text);
        let made = made.json();
        assert_eq!(made["campaign"]["settings"]["region"], region, "{settings}");
    }

    let kept = server.upload("/api/v1/uploads", LOCAL, &[]).await.json();
    assert_eq!(kept["report"]["accepted"], 1);
    let id = kept["id"].as_str().unwrap();
    for path in [
        "/campaigns/new".to_owned(),
        format!("/campaigns/new?upload={id}"),
    ] {
        let page = server.get(&path).await.text;
        assert!(
            page.contains("value=\"US\" placeholder=\"US\""),
            "{path}: {page}"
        );
    }
}
