//! People with accounts, and browsers in which they are signed in.

use std::sync::LazyLock;

use argon2::password_hash::phc;
use argon2::{Argon2, PasswordHasher as _};
use axum::body::Body;
use axum::http::{Method, Request, header};
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{Permission, Role, Timestamp, UserId};
use ringonce_engine::entropy::SystemEntropy;
use ringonce_server::token::{self, Order};
use ringonce_store::model::{Actor, AuditContext, NewUser, PasswordHash};

use crate::support::{Answer, Server};

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Its hash, which takes a while to make.
pub(crate) static HASH: LazyLock<PasswordHash> = LazyLock::new(|| {
    let hash: phc::PasswordHash = Argon2::default()
        .hash_password_with_salt(PASSWORD.as_bytes(), &[1; 16])
        .unwrap();
    PasswordHash(hash.to_string())
});

/// A browser with its cookie.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
}

pub(crate) fn occasion() -> AuditContext {
    let wall = SystemClock.now();
    AuditContext {
        by: Actor::new("test"),
        now: wall,
        wall,
    }
}

/// `ana@example.com` and so on.
pub(crate) fn address(name: &str) -> String {
    format!("{name}@example.com")
}

impl Server {
    /// Enters a person of this name and role, with [`PASSWORD`].
    pub(crate) async fn enter(&self, name: &str, role: Role) -> UserId {
        let user = NewUser {
            email: address(name).parse().unwrap(),
            name: name.to_owned(),
            role,
            password: Some(HASH.clone()),
            language: None,
            zone: None,
        };
        self.store.add_user(user, occasion()).await.unwrap()
    }

    /// Enters a person and signs them in.
    pub(crate) async fn enter_and_sign_in(&self, name: &str, role: Role) -> Browser {
        self.enter(name, role).await;
        self.sign_in(name).await
    }

    /// Signs a person in who has no second factor.
    pub(crate) async fn sign_in(&self, name: &str) -> Browser {
        let answer = self.try_password(&address(name), PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        Browser::of(&answer)
    }

    pub(crate) async fn try_password(&self, email: &str, password: &str) -> Answer {
        self.form("/login", &[("email", email), ("password", password)], None)
            .await
    }

    /// Sends a form as a page of ours would.
    pub(crate) async fn form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        browser: Option<&Browser>,
    ) -> Answer {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(browser) = browser {
            request = request.header(header::COOKIE, &browser.cookie);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Makes a token; `owner` is nobody for one of the machine.
    pub(crate) async fn token(
        &self,
        name: &str,
        owner: Option<UserId>,
        scopes: Option<Vec<Permission>>,
        expires: Option<Timestamp>,
    ) -> String {
        let order = Order {
            name: name.to_owned(),
            owner,
            scopes,
            expires,
        };
        let made = token::create(self.store.as_ref(), &SystemEntropy, order, occasion()).await;
        made.unwrap().unwrap().0
    }

    /// Asks with a token.
    pub(crate) async fn bearing(&self, token: &str, method: Method, path: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

impl Browser {
    /// The browser that got this answer.
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").split(';').next().unwrap();
        assert!(!cookie.is_empty(), "no cookie: {}", answer.text);
        Self {
            cookie: cookie.to_owned(),
        }
    }

    /// What stands in its cookie.
    pub(crate) fn secret(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    /// What it sends in `Cookie`.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Makes a campaign of this name.
    pub(crate) async fn upload(&self, server: &Server, file: &str, name: &str) {
        let mut request = server.multipart("/api/v1/campaigns", file, &[("name", name)]);
        let headers = request.headers_mut();
        headers.remove(header::AUTHORIZATION);
        headers.insert(header::COOKIE, self.cookie.parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        let made = server.send(request).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }

    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        self.ask(server, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, server: &Server, path: &str, body: &str) -> Answer {
        self.ask(server, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, server: &Server, path: &str, body: &str) -> Answer {
        self.ask(server, Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, server: &Server, path: &str) -> Answer {
        self.ask(server, Method::DELETE, path, None).await
    }

    async fn ask(&self, server: &Server, method: Method, path: &str, body: Option<&str>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin");
        if body.is_some_and(|body| !body.is_empty()) {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = Body::from(body.unwrap_or_default().to_owned());
        server.send(request.body(body).unwrap()).await
    }
}

pub(crate) fn encoded(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

/// Posts JSON with a token.
pub(crate) async fn json_with_token(
    server: &Server,
    token: &str,
    path: &str,
    body: &serde_json::Value,
) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    server
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

/// Makes a campaign with a token.
pub(crate) async fn upload_with_token(
    server: &Server,
    token: &str,
    file: &str,
    settings: &str,
) -> Answer {
    let mut request = server.multipart("/api/v1/campaigns", file, &[("settings", settings)]);
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    server.send(request).await
}
