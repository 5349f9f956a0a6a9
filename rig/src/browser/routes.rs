//! Every page that the server has, by the list from which its guards are built: a new page is judged like the
//! others.

use anyhow::{Result, ensure};
use ringonce_server::Rule;

use super::furnished::Content;

/// Routes that are no pages.
const NO_PAGES: [&str; 6] = [
    "/api/",
    "/assets/",
    "/carriers/",
    "/healthz",
    "/readyz",
    "/logout",
];

/// A page by its address.
pub(crate) struct Route {
    /// The name of its pictures.
    pub(crate) name: String,
    /// Path, with parameters filled in.
    pub(crate) path: String,
    /// For people who are not signed in.
    pub(crate) open: bool,
}

/// All pages, with the ids of what is there.
pub(crate) fn pages(content: &Content) -> Result<Vec<Route>> {
    let routes = ringonce_server::listed();
    let pages = routes.iter().filter(|route| {
        route.method == "GET" && !NO_PAGES.iter().any(|no| route.path.starts_with(no))
    });
    let named = pages.map(|route| {
        Ok(Route {
            name: route.path.replace(['/', '{', '}'], "-"),
            path: filled(&route.path, content)?,
            open: route.rule == Rule::Open,
        })
    });
    named.chain(asked(content).map(Ok)).collect()
}

/// Pages that show more with a query.
fn asked(content: &Content) -> impl Iterator<Item = Route> {
    let number = content.number.trim_start_matches('+');
    let draft = content
        .draft
        .map(|id| ("-draft", format!("/campaigns/{id}")));
    let paths = [
        ("-numbers-found", format!("/numbers?number=%2B{number}")),
        (
            "-campaigns-found",
            format!("/campaigns/{}?search=A", content.campaign),
        ),
    ];
    paths.into_iter().chain(draft).map(|(name, path)| Route {
        name: name.to_owned(),
        path,
        open: false,
    })
}

/// A path without braces: its parameters name what is there.
fn filled(path: &str, content: &Content) -> Result<String> {
    if path == "/welcome" {
        return Ok(content.invitation.clone());
    }
    let filled = path
        .replace("/calls/{id}", &format!("/calls/{}", content.call))
        .replace(
            "/campaigns/{id}",
            &format!("/campaigns/{}", content.campaign),
        )
        .replace("/agents/{id}", &format!("/agents/{}", content.agent))
        .replace("/users/{id}", "/users/1")
        .replace("{number}", &content.number);
    ensure!(
        !filled.contains('{'),
        "{path} is a page of something that rig/src/browser/furnished.rs does not make"
    );
    Ok(filled)
}
