//! The OpenAPI document is reviewed like code: the repository holds what the server answers.

use crate::support::Server;

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        reviewed == ringonce_server::openapi_json(),
        "docs/openapi.json differs from the code; run `cargo xtask regenerate` and review the difference"
    );
}

#[tokio::test]
async fn the_document_is_served_whole() {
    let server = Server::start().await;
    let answer = server.get("/api/v1/openapi.json").await;
    assert_eq!(answer.text, ringonce_server::openapi_json());
    let document = answer.json();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document: serde_json::Value =
        serde_json::from_str(&ringonce_server::openapi_json()).unwrap();
    let text = document.to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} is missing");
    }
}

#[test]
fn every_operation_is_described_and_has_a_name_of_its_own() {
    let mut names = std::collections::BTreeSet::new();
    let document: serde_json::Value =
        serde_json::from_str(&ringonce_server::openapi_json()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{method} {path}"
            );
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(
                names.insert(name.clone()),
                "{name} is the name of two operations"
            );
            for (status, response) in operation["responses"].as_object().unwrap() {
                let text = response["description"].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{method} {path}: {status}");
                let problem = &response["content"]["application/problem+json"];
                let is_error = !status.starts_with('2');
                assert_eq!(problem.is_object(), is_error, "{method} {path}: {status}");
            }
        }
    }
}
