//! The account, its own numbers, and the verified numbers of others that it may show.

use serde_json::{Value, json};

use super::listing::{Listed, page};
use super::{Ask, Reply, VERSION};
use crate::dates;
use crate::dice::Dice;
use crate::look_alike::LookAlike;
use crate::problem::Problem;

/// The creation date of every resource here: 1 January 2026.
const MADE: i64 = 1_767_225_600_000;

pub(super) fn account(world: &LookAlike) -> Reply {
    let account = &world.config.account;
    let path = format!("/{VERSION}/Accounts/{account}");
    let resource = json!({
        "auth_token": null,
        "date_created": dates::rfc2822(MADE),
        "date_updated": dates::rfc2822(MADE),
        "friendly_name": "Twilio look-alike",
        "owner_account_sid": account,
        "sid": account,
        "status": "active",
        "subresource_uris": {
            "calls": format!("{path}/Calls.json"),
            "incoming_phone_numbers": format!("{path}/IncomingPhoneNumbers.json"),
            "outgoing_caller_ids": format!("{path}/OutgoingCallerIds.json"),
            "recordings": format!("{path}/Recordings.json"),
        },
        "type": "Full",
        "uri": format!("{path}.json"),
    });
    Reply::Json(200, resource)
}

pub(super) fn balance(world: &LookAlike) -> Reply {
    Reply::Json(
        200,
        json!({ "account_sid": world.config.account, "balance": "100.00", "currency": "USD" }),
    )
}

/// Where the account may call, as `voice.twilio.com` tells it.
pub(super) fn countries(ask: &Ask) -> Reply {
    let all = [
        ("US", "United States", true),
        ("CA", "Canada", true),
        ("GB", "United Kingdom", true),
        ("ES", "Spain", true),
        ("CU", "Cuba", false),
    ];
    let wanted = ask.query.get("LowRiskNumbersEnabled");
    let listed = all
        .into_iter()
        .filter(|(.., allowed)| wanted.is_none_or(|it| it == allowed.to_string()))
        .map(|(code, name, allowed)| {
            json!({
                "iso_code": code,
                "name": name,
                "low_risk_numbers_enabled": allowed,
                "high_risk_special_numbers_enabled": false,
                "high_risk_tollfraud_numbers_enabled": false,
                "url": format!("https://voice.twilio.com/v1/DialingPermissions/Countries/{code}"),
            })
        });
    let content: Vec<Value> = listed.collect();
    let meta = json!({ "key": "content", "page": 0, "page_size": 50, "next_page_url": null });
    Reply::Json(200, json!({ "content": content, "meta": meta }))
}

pub(super) fn numbers(world: &LookAlike, ask: &Ask) -> Result<Reply, Problem> {
    list(
        world,
        ask,
        &world.config.numbers,
        "PN",
        "IncomingPhoneNumbers",
        |one, account, path| {
            json!({
                "account_sid": account,
                "address_requirements": "none",
                "api_version": VERSION,
                "beta": false,
                "capabilities": { "voice": true, "sms": true, "mms": false, "fax": false },
                "date_created": dates::rfc2822(MADE),
                "date_updated": dates::rfc2822(MADE),
                "friendly_name": one.number,
                "origin": "twilio",
                "phone_number": one.number,
                "sid": one.sid,
                "status": "in-use",
                "status_callback": "",
                "type": "local",
                "uri": format!("{path}/{}.json", one.sid),
                "voice_method": "POST",
                "voice_url": "",
            })
        },
    )
}

pub(super) fn caller_ids(world: &LookAlike, ask: &Ask) -> Result<Reply, Problem> {
    list(
        world,
        ask,
        &world.config.verified,
        "PN",
        "OutgoingCallerIds",
        |one, account, path| {
            json!({
                "account_sid": account,
                "date_created": dates::rfc2822(MADE),
                "date_updated": dates::rfc2822(MADE),
                "friendly_name": one.number,
                "phone_number": one.number,
                "sid": one.sid,
                "uri": format!("{path}/{}.json", one.sid),
            })
        },
    )
}

struct One<'a> {
    number: &'a str,
    sid: String,
}

fn list(
    world: &LookAlike,
    ask: &Ask,
    numbers: &[String],
    kind: &str,
    name: &'static str,
    resource: impl Fn(&One<'_>, &str, &str) -> Value,
) -> Result<Reply, Problem> {
    let account = &world.config.account;
    let path = format!("/{VERSION}/Accounts/{account}/{name}");
    let wanted = ask.query.get("PhoneNumber");
    let listed: Vec<Listed> = numbers
        .iter()
        .filter(|number| wanted.is_none_or(|wanted| number.contains(wanted)))
        .map(|number| {
            let bits = Dice::new(0).of(number);
            let sid = format!("{kind}{:016x}{:016x}", bits.bits(), bits.about(1).bits());
            let one = One { number, sid };
            Listed {
                json: resource(&one, account, &path),
                sid: one.sid,
            }
        })
        .collect();
    page(ask, listed, &format!("{path}.json"), snake(name))
}

fn snake(name: &str) -> &'static str {
    if name == "OutgoingCallerIds" {
        "outgoing_caller_ids"
    } else {
        "incoming_phone_numbers"
    }
}
