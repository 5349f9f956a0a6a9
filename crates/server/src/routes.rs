//! Every route of the server, with the rule that says who may use it.
//!
//! A route is registered together with its [`Rule`] or not at all: [`Routes`] builds the guard of each method
//! of each path from it, the tests try each role on that list, and `docs/routes.md` is made of it. The guard
//! reads from the path which campaign or call is meant, so that a caller who does not see it gets *not
//! found* without any help of the handler.

mod guard;
mod resource;
mod table;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use ringonce_domain::account::Permission;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Components, OpenApi, RefOr};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{AppState, page_cache};
use guard::Gate;
pub(crate) use resource::Resource;
pub use table::Listed;
pub(crate) use table::page;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every caller; the handler checks a secret of its own where it needs one.
    Open,
    /// Every authenticated caller.
    SignedIn,
    /// Callers with this permission.
    May(Permission),
}

/// How a refusal looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A problem document.
    Api,
    /// A page for people; a visitor who is not signed in is redirected to the sign-in page.
    Page,
}

/// One path and the methods that share a rule.
struct Route {
    rule: Rule,
    face: Audience,
    methods: Vec<Method>,
    path: String,
    handler: MethodRouter<AppState>,
    /// Whether viewers share its answers ([`crate::page_cache`]).
    is_watched: bool,
}

/// The routes of the server, as they are collected.
#[derive(Default)]
pub(crate) struct Routes {
    /// Before every path of the API that is added.
    root: &'static str,
    ways: Vec<Route>,
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes {
    /// None yet; the paths of the API that are added lie below `root`.
    pub(crate) fn below(root: &'static str) -> Self {
        Self {
            root,
            ..Self::default()
        }
    }

    /// Handlers of the API, with what they say of themselves for the OpenAPI document. Methods of
    /// one path that differ in their rule are added one by one.
    pub(crate) fn api(
        mut self,
        rule: Rule,
        (schemas, paths, handler): UtoipaMethodRouter<AppState>,
    ) -> Self {
        self.schemas.extend(schemas);
        for (path, item) in paths.paths {
            let path = format!("{}{path}", self.root);
            let methods = methods(&item);
            self.document(&path, item);
            self = self.any(rule, Audience::Api, methods, &path, handler.clone());
        }
        self
    }

    /// As [`Self::api`], for bodies of any size: the handler bounds them as it reads.
    pub(crate) fn upload(
        self,
        rule: Rule,
        (schemas, paths, handler): UtoipaMethodRouter<AppState>,
    ) -> Self {
        let handler = handler.layer(DefaultBodyLimit::disable());
        self.api(rule, (schemas, paths, handler))
    }

    /// A page, or a part of one.
    pub(crate) fn page<H, T>(self, rule: Rule, path: &str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.any(rule, Audience::Page, vec![Method::GET], path, get(handler))
    }

    /// A page without content for one viewer alone: rendered once for all viewers with the same
    /// permissions who see the same campaigns.
    pub(crate) fn watched<H, T>(self, rule: Rule, path: &str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let mut routes = self.page(rule, path, handler);
        if let Some(route) = routes.ways.last_mut() {
            route.is_watched = true;
        }
        routes
    }

    /// The target of a form that works without scripts. The request must come from our own pages.
    pub(crate) fn form<H, T>(self, rule: Rule, path: &str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.any(
            rule,
            Audience::Page,
            vec![Method::POST],
            path,
            post(handler),
        )
    }

    /// Something that is neither in the OpenAPI document nor a page: a file, a carrier's route.
    pub(crate) fn other(
        self,
        rule: Rule,
        method: Method,
        path: &str,
        handler: MethodRouter<AppState>,
    ) -> Self {
        self.any(rule, Audience::Api, vec![method], path, handler)
    }

    /// These routes and others.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.ways.extend(others.ways);
        self.schemas.extend(others.schemas);
        for (path, item) in others.paths.paths {
            self.document(&path, item);
        }
        self
    }

    fn any(
        mut self,
        rule: Rule,
        face: Audience,
        methods: Vec<Method>,
        path: &str,
        handler: MethodRouter<AppState>,
    ) -> Self {
        self.ways.push(Route {
            rule,
            face,
            methods,
            path: path.to_owned(),
            handler,
            is_watched: false,
        });
        self
    }

    fn document(&mut self, path: &str, item: PathItem) {
        if let Some(known) = self.paths.paths.get_mut(path) {
            known.merge_operations(item);
        } else {
            self.paths.paths.insert(path.to_owned(), item);
        }
    }

    /// The router, with a guard before each route. A route that is open and no page has no guard: every
    /// caller may use it, and its handler words the refusals.
    pub(crate) fn router(self, state: &AppState) -> Router<AppState> {
        self.ways.into_iter().fold(Router::new(), |router, route| {
            if route.rule == Rule::Open && route.face == Audience::Api {
                return router.route(&route.path, route.handler);
            }
            let gate = Gate {
                state: state.clone(),
                rule: route.rule,
                face: route.face,
                resource: Resource::of(&route.path),
            };
            let guard = middleware::from_fn_with_state(gate, guard::guard);
            let handler = if route.is_watched {
                let share = middleware::from_fn_with_state(state.clone(), page_cache::share);
                route.handler.route_layer(share)
            } else {
                route.handler
            };
            router.route(&route.path, handler.route_layer(guard))
        })
    }

    /// Every method of every path with its rule, in the order of the paths.
    pub(crate) fn list(&self) -> Vec<Listed> {
        table::list(&self.ways)
    }

    /// Adds to a document what the handlers say of themselves.
    pub(crate) fn describe(self, document: &mut OpenApi) {
        document.paths.paths.extend(self.paths.paths);
        let components = document.components.get_or_insert(Components::new());
        components.schemas.extend(self.schemas);
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    [
        (Method::GET, item.get.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::PATCH, item.patch.is_some()),
        (Method::DELETE, item.delete.is_some()),
    ]
    .into_iter()
    .filter_map(|(method, there)| there.then_some(method))
    .collect()
}
