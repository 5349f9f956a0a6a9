//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::Value;
use utoipa::ToSchema as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
};

use super::{ROOT, routes};
use crate::problem::Problem;
use crate::routes::{Listed, Rule};

const INTRODUCTION: &str = "Calls everyone on a list, as often as the rules allow and never twice \
    by accident. Errors are `application/problem+json` (RFC 9457). Instants are ISO 8601 in UTC with \
    milliseconds, and may be given with another offset. Listings go on with `after` = the `next` of the page before.";

/// The whole document.
pub(super) fn document() -> OpenApi {
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "The token that the server shows at its first start: `rgo_…`",
        ))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme("token", SecurityScheme::Http(bearer))
        .schema(
            Problem::name(),
            <Problem as utoipa::PartialSchema>::schema(),
        );
    let info = InfoBuilder::new()
        .title("Ringonce")
        .version("1")
        .description(Some(INTRODUCTION));
    let mut document = OpenApiBuilder::new()
        .info(info)
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new("token", [] as [&str; 0])]))
        .build();
    let routes = routes();
    let rules = routes.list();
    routes.describe(&mut document);
    if let Some(components) = &mut document.components {
        open_parts(components);
        components.schemas.values_mut().for_each(sort_defaults);
    }
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete(operation, method, path);
                let is_it = |route: &&Listed| {
                    route.path == *path && route.method.as_str().eq_ignore_ascii_case(method)
                };
                if let Some(route) = rules.iter().find(is_it) {
                    tell_rule(operation, route.rule);
                }
            }
        }
    }
    document
}

/// Lets schemas that are parts of others have the other parts' properties beside their own: two parts
/// that both refuse unknown properties would refuse every object together.
fn open_parts(components: &mut Components) {
    let mut parts = Vec::new();
    for schema in components.schemas.values() {
        collect_parts(schema, &mut parts);
    }
    for (name, schema) in &mut components.schemas {
        let location = Ref::from_schema_name(name).ref_location;
        if let RefOr::T(Schema::Object(object)) = schema
            && parts.contains(&location)
        {
            object.additional_properties = None;
        }
    }
}

/// The addresses of schemas that others are made of.
fn collect_parts(schema: &RefOr<Schema>, parts: &mut Vec<String>) {
    match schema {
        RefOr::T(Schema::OneOf(one_of)) => {
            one_of.items.iter().for_each(|it| collect_parts(it, parts));
        }
        RefOr::T(Schema::AllOf(all_of)) => {
            for item in &all_of.items {
                if let RefOr::Ref(part) = item {
                    parts.push(part.ref_location.clone());
                }
            }
        }
        _ => {}
    }
}

/// Puts the members of default values in the order of their names, whichever order the build's JSON keeps:
/// the document is the same whatever is compiled beside this.
fn sort_defaults(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    for property in object.properties.values_mut() {
        let default = match property {
            RefOr::Ref(reference) => &mut reference.default,
            RefOr::T(Schema::Object(object)) => &mut object.default,
            RefOr::T(_) => continue,
        };
        *default = default.take().map(sorted);
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            let members = members.into_iter();
            Value::Object(members.map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Gives an operation an id of its own, its problems their media type, and every answer a
/// description.
fn complete(operation: &mut Operation, method: &str, path: &str) {
    let words = path
        .trim_start_matches(ROOT)
        .split(['/', '.'])
        .filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(|word| word.trim_matches(['{', '}'])).collect();
    operation.operation_id = Some(format!("{method}_{}", words.join("_")));
    let other = Response::new("Any other error");
    operation
        .responses
        .responses
        .insert("default".into(), RefOr::T(with_problem(other)));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if is_problem(response) {
            *response = with_problem(std::mem::take(response));
        }
        if response.description.is_empty() {
            let status = status.parse::<StatusCode>().ok();
            let reason = status.and_then(|status| status.canonical_reason());
            response.description = reason.unwrap_or_default().into();
        }
    }
}

/// Says in words which permission an operation needs.
fn tell_rule(operation: &mut Operation, rule: Rule) {
    if rule == Rule::Open {
        return;
    }
    let said = operation.description.take().filter(|said| !said.is_empty());
    let said = said.map_or_else(String::new, |said| format!("{said}\n\n"));
    operation.description = Some(format!("{said}Needs {rule}."));
}

fn with_problem(mut response: Response) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    response.content.clear();
    response
        .content
        .insert("application/problem+json".into(), RefOr::T(content));
    response
}

fn is_problem(response: &Response) -> bool {
    let problem = Ref::from_schema_name(Problem::name()).ref_location;
    response.content.values().any(|content| match content {
        RefOr::T(content) => refers_to(content.schema.as_ref(), &problem),
        RefOr::Ref(_) => false,
    })
}

fn refers_to(schema: Option<&RefOr<Schema>>, location: &str) -> bool {
    matches!(schema, Some(RefOr::Ref(schema)) if schema.ref_location == location)
}
