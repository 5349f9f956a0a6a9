//! Schemas of the domain's types for the OpenAPI document; the domain itself knows no HTTP.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! string_enum {
    ($($(#[$meta:meta])* $name:ident = $domain:ty;)+) => {$(
        $(#[$meta])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(<$domain>::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

string_enum! {
    /// States of a campaign.
    CampaignState = ringonce_domain::CampaignState;
    /// States of a contact.
    ContactState = ringonce_domain::ContactState;
    /// Where a contact stands for the business.
    LeadStatus = ringonce_domain::LeadStatus;
    /// States of an attempt.
    AttemptState = ringonce_domain::AttemptState;
    /// Outcomes of an attempt.
    Outcome = ringonce_domain::Outcome;
    /// Where a recording stands.
    RecordingState = ringonce_store::model::RecordingState;
    /// What somebody may do, as one word; each includes the one before.
    Role = ringonce_domain::Role;
    /// One thing that somebody may do; also a scope of a token.
    Permission = ringonce_domain::Permission;
    /// A language that the pages speak.
    Language = ringonce_domain::Language;
    /// Whether an instance works.
    InstanceState = ringonce_engine::instances::InstanceStatus;
    /// Why nothing is dialling.
    HoldReason = ringonce_domain::plan::HoldReason;
}

/// An instant.
pub(crate) struct Instant;

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant: ISO 8601 in UTC with milliseconds"))
            .examples([serde_json::json!("2026-11-21T09:00:00.000Z")])
            .into()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        "Instant".into()
    }
}

/// A phone number.
pub(crate) struct Number;

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A phone number in E.164"))
            .examples([serde_json::json!("+12025550123")])
            .into()
    }
}

impl ToSchema for Number {
    fn name() -> Cow<'static, str> {
        "Number".into()
    }
}

/// How many contacts stand in each state, every state present.
pub(crate) struct ContactCounts;

impl PartialSchema for ContactCounts {
    fn schema() -> RefOr<Schema> {
        let whole = || {
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(0))
        };
        ringonce_domain::ContactState::ALL
            .iter()
            .fold(ObjectBuilder::new(), |object, state| {
                object
                    .property(state.as_str(), whole())
                    .required(state.as_str())
            })
            .into()
    }
}

impl ToSchema for ContactCounts {
    fn name() -> Cow<'static, str> {
        "ContactCounts".into()
    }
}
