//! The routes as a list and as the page `docs/routes.md`, in which a reviewer sees who may do what.

use std::fmt::{self, Write as _};

use axum::http::Method;
use ringonce_domain::account::Role;

use super::{Route, Rule};

/// One method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: String,
    /// Who may pass.
    pub rule: Rule,
}

const INTRODUCTION: &str = "\
# Who may do what

Every address that the server answers, with the permission that it needs. This page is made from the
list that the server's own guards are built from (`cargo xtask regenerate`); a route that is in no list
does not exist. What names a campaign or a call is, besides, *not found* for whoever may not see that
campaign. API tokens have permissions as their scopes, and never more than their owner's role.

| Address | Needs | viewer | agent | operator | supervisor | admin |
|---|---|---|---|---|---|---|
";

pub(super) fn list(routes: &[Route]) -> Vec<Listed> {
    let each = routes.iter().flat_map(|route| {
        route.methods.iter().map(|method| Listed {
            method: method.clone(),
            path: route.path.clone(),
            rule: route.rule,
        })
    });
    let mut list: Vec<_> = each.collect();
    list.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    list
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("nothing"),
            Self::SignedIn => f.write_str("an account or a token"),
            Self::May(permission) => write!(f, "`{permission}`"),
        }
    }
}

/// The page `docs/routes.md`.
pub(crate) fn page(routes: &[Listed]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for Listed { method, path, rule } in routes {
        let _ = write!(page, "| `{method} {path}` | {rule} |");
        for role in Role::ALL {
            let may = match rule {
                Rule::Open | Rule::SignedIn => true,
                Rule::May(permission) => role.may(*permission),
            };
            page.push_str(if may { " ✓ |" } else { " – |" });
        }
        page.push('\n');
    }
    page
}
