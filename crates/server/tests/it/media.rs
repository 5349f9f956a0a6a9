//! Uploaded audio: sent, listed, played in parts by whoever knows the address, and removed.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::support::{Answer, Server};

const MEDIA: &str = "/api/v1/media";

fn wav() -> Vec<u8> {
    let mut file = b"RIFF\x24\0\0\0WAVEfmt ".to_vec();
    file.extend((0..=255).cycle().take(1_000));
    file
}

async fn upload(server: &Server, name: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let request = server
        .request(Method::POST, MEDIA)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    server.send(request.body(Body::from(body)).unwrap()).await
}

async fn bytes(response: Response) -> Vec<u8> {
    let body = response.into_body().collect().await.unwrap();
    body.to_bytes().to_vec()
}

/// A request by somebody who has not signed in.
async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = headers
        .iter()
        .fold(Request::get(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    server.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn audio_is_sent_chosen_and_only_archived_while_it_is_played() {
    let server = Server::start().await;
    let sent = upload(&server, "Grüße <b>.wav", &wav()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let sent = sent.json();
    assert_eq!(sent["name"], "Grüße <b>.wav");
    assert_eq!(
        (&sent["content_type"], &sent["bytes"]),
        (&json!("audio/wav"), &json!(1_016))
    );
    assert_eq!(
        sent["audio"],
        format!("media:{}", sent["id"].as_str().unwrap())
    );
    let body = json!({"name": "A", "content": {"kind": "audio", "audio": sent["audio"]}});
    let agent = server.post("/api/v1/agents", &body.to_string()).await;
    assert_eq!(agent.status, 201, "{}", agent.text);

    let free = upload(&server, "b.mp3", b"ID3\x04\0").await.json();
    let listed = server.get(MEDIA).await.assert_ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    for (file, deleted) in [(&sent, false), (&free, true)] {
        let path = format!("{MEDIA}/{}", file["id"].as_str().unwrap());
        let removed = server.delete(&path).await.assert_ok();
        assert_eq!(removed["deleted"], deleted);
    }
    assert_eq!(server.get(MEDIA).await.assert_ok()["items"], json!([]));
    for (file, status) in [(&sent, 200), (&free, 404)] {
        let played = ask(&server, file["path"].as_str().unwrap(), &[]).await;
        assert_eq!(played.status(), status);
    }
    let body = json!({"name": "B", "content": {"kind": "audio", "audio": free["audio"]}});
    let refused = server.post("/api/v1/agents", &body.to_string()).await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "audio"
    );
}

#[tokio::test]
async fn what_is_no_audio_is_refused_whatever_its_name() {
    let server = Server::start().await;
    for file in [&b"<script>alert(1)</script>"[..], b"", b"OggS\0\x02"] {
        let refused = upload(&server, "a.mp3", file).await;
        assert_eq!(
            refused.assert_problem(422, "invalid-value")["field"],
            "file"
        );
    }
    let mut long = wav();
    long.resize((10 << 20) + 1, 0);
    let refused = upload(&server, "a.wav", &long).await;
    assert_eq!(refused.status, 413, "{}", refused.text);
}

#[tokio::test]
async fn a_carrier_plays_audio_without_signing_in_whole_and_in_parts() {
    let server = Server::start().await;
    let sent = upload(&server, "a.wav", &wav()).await.json();
    let path = sent["path"].as_str().unwrap().to_owned();
    let tag = format!("\"{}\"", sent["sha256"].as_str().unwrap());
    let asked = async |headers: &[(&str, &str)]| ask(&server, &path, headers).await;
    let whole = asked(&[("accept-encoding", "gzip, br")]).await;
    assert_eq!(whole.status(), StatusCode::OK);
    for (name, value) in [
        (header::CONTENT_TYPE, "audio/wav"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::ETAG, tag.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(whole.headers()[name.clone()], value, "{name}");
    }
    assert!(!whole.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(bytes(whole).await, wav());

    let part = asked(&[("range", "bytes=4-11")]).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()[header::CONTENT_RANGE], "bytes 4-11/1016");
    assert_eq!(bytes(part).await, wav()[4..12]);
    let beyond = asked(&[("range", "bytes=1016-")]).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()[header::CONTENT_RANGE], "bytes */1016");
    let known = asked(&[("if-none-match", &tag)]).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let other = [("range", "bytes=0-1"), ("if-range", "\"another\"")];
    assert_eq!(asked(&other).await.status(), StatusCode::OK);
    for nowhere in [
        "/carriers/media/1/a.wav",
        "/carriers/media/0199a1b2-0000-4000-8000-0123456789ab/a.wav",
    ] {
        let lost = ask(&server, nowhere, &[]).await;
        assert_eq!(lost.status(), StatusCode::NOT_FOUND);
    }
}
