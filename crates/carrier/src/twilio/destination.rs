//! Where a number is called: on the telephone network, through a trunk of one's own, or at a SIP address that is made
//! of the number.
//!
//! Twilio reports a call to a SIP address by that address, and its documentation writes it in more ways than one. So
//! a call is asked for by each of them, and recognised by the part before the host, which is the number.

use std::sync::atomic::{AtomicBool, Ordering};

use ringonce_domain::sip::SipAddress;
use ringonce_domain::{Evidence, Number, Outcome};

use super::Account;
use super::account::{Flavour, Unusable, unusable};

/// What stands for the number in an address.
const PLACE: &str = "{number}";
/// As long as a number in E.164 can be.
const LONGEST_NUMBER: &str = "nnnnnnnnnnnnnnnn";

/// What the carrier is asked to call for a number.
pub(super) fn called(account: &Account, number: Number) -> String {
    let number = number.to_string();
    match &account.to {
        None => number,
        Some(address) => address.replace(PLACE, &number),
    }
}

/// Every way in which the carrier may write whom it called.
pub(super) fn written(account: &Account, number: Number) -> Vec<String> {
    let whole = called(account, number);
    if account.to.is_none() {
        return vec![whole];
    }
    let bare = whole.split([';', '?']).next().unwrap_or(&whole).to_owned();
    let without = bare.split_once(':').map(|(_, rest)| rest.to_owned());
    let mut ways: Vec<String> = [whole, bare].into_iter().chain(without).collect();
    ways.dedup();
    ways
}

/// Whether a call went to another number than this one, by what the carrier writes. One that cannot be read says
/// nothing.
pub(super) fn is_elsewhere(account: &Account, written: &str, number: Number) -> bool {
    let called = called(account, number);
    if account.to.is_none() {
        return written.starts_with('+') && written != called;
    }
    match (user(written), user(&called)) {
        (Some(theirs), Some(ours)) => theirs.replace("%2B", "+").replace("%2b", "+") != ours,
        _ => false,
    }
}

/// Which calls the account's questions find. By which way they go, an edge or a gateway of one's own, makes no
/// difference.
pub(super) fn reach(account: &Account) -> String {
    let region = account.region.as_deref().unwrap_or("its usual region");
    let what = account.to.as_deref().unwrap_or("the network");
    format!("{} in {region}, calls to {what}", account.calling())
}

/// Whether the carrier's list can be asked for calls to a SIP address: that is known once it has named one of ours
/// in a way in which it is asked. Until then an empty list proves nothing.
#[derive(Debug, Default)]
pub(super) struct Spelling(AtomicBool);

impl Spelling {
    /// The carrier writes so whom it called for a number.
    pub(super) fn heard(&self, account: &Account, written_so: &str, number: Number) {
        if written(account, number).iter().any(|way| way == written_so) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Whether an empty list proves that there is no call.
    pub(super) fn is_known(&self, account: &Account) -> bool {
        account.to.is_none() || self.0.load(Ordering::Relaxed)
    }
}

/// What an event says, in an account whose calls go to a network of one's own: that it has no such number says
/// nothing of the number, and may be said of all.
pub(super) fn as_told_by_network(account: &Account, mut said: Vec<Evidence>) -> Vec<Evidence> {
    if account.to.is_some() || account.byoc.is_some() {
        for piece in &mut said {
            if let Evidence::Ended { outcome, .. } = piece
                && *outcome == Outcome::BadNumber
            {
                *outcome = Outcome::Failed;
            }
        }
    }
    said
}

/// The part of a SIP address before the host.
fn user(address: &str) -> Option<&str> {
    let rest = ["sips:", "sip:"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let (user, _) = rest.unwrap_or(address).split_once('@')?;
    Some(user)
}

/// Checks where an account calls.
pub(super) fn validate(account: &Account) -> Result<(), Unusable> {
    let wanted = [
        ("to", account.to.is_some()),
        ("byoc", account.byoc.is_some()),
        ("sip_username", account.sip_credentials.is_some()),
    ];
    if account.flavour != Flavour::Twilio
        && let Some((field, _)) = wanted.iter().find(|(_, is_given)| *is_given)
    {
        return Err(unusable(field, "is for Twilio alone"));
    }
    if let Some(trunk) = &account.byoc {
        let fits = trunk.strip_prefix("BY").is_some_and(|rest| {
            rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if !fits {
            let problem = "begins with BY and has 34 characters; copy it from the console";
            return Err(unusable("byoc", problem));
        }
        if account.to.is_some() {
            let problem = "is ignored by Twilio for SIP addresses; give byoc or to, not both";
            return Err(unusable("byoc", problem));
        }
    }
    match &account.to {
        Some(address) => checked(address),
        None if account.sip_credentials.is_some() => Err(unusable(
            "sip_username",
            "is for calls to SIP addresses, and `to` is not set",
        )),
        None => Ok(()),
    }
}

/// Checks an address that is made of a number. Its words never hold the address: it may hold a password.
fn checked(address: &str) -> Result<(), Unusable> {
    let filled = address.replacen(PLACE, LONGEST_NUMBER, 1);
    match filled.parse::<SipAddress>() {
        Ok(sip) if sip.user().contains(LONGEST_NUMBER) && filled.len() != address.len() => Ok(()),
        Ok(_) => Err(unusable(
            "to",
            "has {number} once, before the @: write it as sip:{number}@pbx.example.com",
        )),
        Err(problem) => Err(unusable("to", problem.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twilio::Secret;

    fn account(to: Option<&str>, byoc: Option<&str>) -> Account {
        Account {
            to: to.map(str::to_owned),
            byoc: byoc.map(str::to_owned),
            ..Account::new(Flavour::Twilio, "AC1", "x", "https://calls.example.com")
        }
    }

    fn number() -> Number {
        Number::from_digits(12_025_550_123).unwrap()
    }

    #[test]
    fn a_number_is_called_where_the_account_says() {
        const PBX: &str = "sip:{number}@pbx.example.com;region=ie1";
        for (to, called_at, ways) in [
            (None, "+12025550123", vec!["+12025550123"]),
            (
                Some(PBX),
                "sip:+12025550123@pbx.example.com;region=ie1",
                vec![
                    "sip:+12025550123@pbx.example.com;region=ie1",
                    "sip:+12025550123@pbx.example.com",
                    "+12025550123@pbx.example.com",
                ],
            ),
        ] {
            let account = account(to, None);
            assert_eq!(account.validate(), Ok(()));
            assert_eq!(called(&account, number()), called_at);
            assert_eq!(written(&account, number()), ways);
            for way in ways {
                assert!(!is_elsewhere(&account, way, number()), "{way}");
            }
        }
    }

    #[test]
    fn an_empty_list_proves_nothing_until_the_carrier_has_named_a_destination_as_it_is_asked() {
        let pbx = account(Some("sip:{number}@pbx.example.com;x=1"), None);
        let spelling = Spelling::default();
        assert!(spelling.is_known(&account(None, None)));
        spelling.heard(&pbx, "sip:+12025550123@10.0.0.1", number());
        assert!(!spelling.is_known(&pbx));
        spelling.heard(&pbx, "sip:+12025550123@pbx.example.com", number());
        assert!(spelling.is_known(&pbx));
    }

    #[test]
    fn another_way_to_the_same_calls_is_the_same_reach() {
        let one = account(None, None);
        let gateway = Account {
            base_url: Some("http://127.0.0.1:9".into()),
            edge: Some("dublin".into()),
            ..one.clone()
        };
        assert_eq!(reach(&one), reach(&gateway));
        let region = Account {
            region: Some("ie1".into()),
            ..one.clone()
        };
        let pbx = account(Some("sip:{number}@pbx.example.com"), None);
        for other in [&region, &pbx] {
            assert_ne!(reach(&one), reach(other));
        }
    }

    #[test]
    fn what_ones_own_network_does_not_know_blocks_no_number() {
        let said = || {
            vec![Evidence::Ended {
                outcome: Outcome::BadNumber,
                cause: "failed".into(),
            }]
        };
        assert_eq!(as_told_by_network(&account(None, None), said()), said());
        let pbx = account(Some("sip:{number}@pbx.example.com"), None);
        let told = as_told_by_network(&pbx, said());
        assert!(matches!(
            told[0],
            Evidence::Ended {
                outcome: Outcome::Failed,
                ..
            }
        ));
    }

    #[test]
    fn a_call_to_another_number_is_known_by_its_address() {
        let pbx = account(Some("sip:9{number}@pbx.example.com"), None);
        for (written, elsewhere) in [
            ("sip:9+12025550123@PBX.example.com;x=y", false),
            ("sip:9%2B12025550123@pbx.example.com", false),
            ("sip:9+12025550124@pbx.example.com", true),
            ("client:ana", false),
        ] {
            assert_eq!(
                is_elsewhere(&pbx, written, number()),
                elsewhere,
                "{written}"
            );
        }
        assert!(is_elsewhere(&account(None, None), "+12025550124", number()));
    }

    #[test]
    fn what_is_no_destination_is_refused_without_being_shown() {
        let trunk = "BY00112233445566778899aabbccddeeff";
        assert_eq!(account(None, Some(trunk)).validate(), Ok(()));
        for (to, byoc, field) in [
            (Some("tel:{number}"), None, "to"),
            (Some("sip:{number}"), None, "to"),
            (Some("sip:ana@pbx.example.com"), None, "to"),
            (Some("sip:{number}{number}@pbx.example.com"), None, "to"),
            (Some("sip:ana@{number}.example.com"), None, "to"),
            (Some("sip:{number}:hush@pbx.example.com"), None, "to"),
            (Some("sip:{number}@"), None, "to"),
            (Some("sip:{number}@pbx.example.com?X-A=<b>"), None, "to"),
            (Some("sip:{number} @pbx.example.com"), None, "to"),
            (None, Some("BY1"), "byoc"),
            (Some("sip:{number}@pbx.example.com"), Some(trunk), "byoc"),
        ] {
            let refused = account(to, byoc).validate().unwrap_err();
            assert_eq!(refused.field, field, "{to:?} {byoc:?}: {refused}");
            assert!(!refused.to_string().contains("hush"), "{refused}");
        }
        let long = format!("sip:{{number}}@{}.example.com", "x".repeat(240));
        assert!(account(Some(&long), None).validate().is_err());
        let credentials = Some(("ana".to_owned(), Secret::new("hush")));
        let alone = Account {
            sip_credentials: credentials,
            ..account(None, None)
        };
        assert_eq!(alone.validate().unwrap_err().field, "sip_username");
    }
}
