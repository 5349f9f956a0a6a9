//! Over a real socket: requests are answered, dawdlers dropped, the end is orderly.

use std::time::Duration;

use ringonce_server::{limits, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::Server;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_and_the_stop_ends_the_server() {
    let server = Server::start().await;
    let (address, serving) = listen(&server).await;
    let mut client = TcpStream::connect(&address).await.unwrap();
    client
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop.send_replace(true);
    tokio::time::timeout(SOON, serving)
        .await
        .expect("it stops")
        .unwrap()
        .unwrap();
    assert!(
        TcpStream::connect(&address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_ends_event_streams_before_the_server_gives_up_on_them() {
    let server = Server::start().await;
    let (address, serving) = listen(&server).await;
    let mut client = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        server.token
    );
    client.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 1_024];
    let read = client.read(&mut first).await.unwrap();
    assert!(String::from_utf8_lossy(&first[..read]).starts_with("HTTP/1.1 200"));
    server.stop.send_replace(true);
    let ended = tokio::time::timeout(limits::DRAIN / 2, serving).await;
    ended
        .expect("it does not wait for the stream")
        .unwrap()
        .unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert!(
        rest.ends_with(b"0\r\n\r\n"),
        "the stream is closed in order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let server = Server::start().await;
    let (address, _serving) = listen(&server).await;
    let mut client = TcpStream::connect(&address).await.unwrap();
    client
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: loc")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let dropped = tokio::time::timeout(limits::HEAD + SOON, client.read_to_end(&mut answer));
    let _ = dropped.await.expect("the connection is dropped");
    server.stop.send_replace(true);
}

async fn listen(server: &Server) -> (String, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, tokio::spawn(serve(listener, server.state.clone())))
}

#[tokio::test]
async fn an_upload_that_stops_coming_is_not_waited_for_and_leaves_no_file() {
    let server = Server::start().await;
    let begun =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nPhone\n";
    let begun = futures::stream::iter([Ok::<_, std::io::Error>(begun.to_owned())]);
    let body = futures::StreamExt::chain(begun, futures::stream::pending());
    let request = server
        .request(axum::http::Method::POST, "/api/v1/campaigns")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(axum::body::Body::from_stream(body))
        .unwrap();
    tokio::time::pause();
    let answer = server.send(request).await;
    answer.assert_problem(408, "request-timeout");
    let left = std::fs::read_dir(server.folder.path()).unwrap();
    let left = left.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("upload-")
    });
    assert_eq!(left.count(), 0);
}
