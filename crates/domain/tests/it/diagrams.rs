//! The diagrams show what the rules do, and the page in the repository is up to date.

use ringonce_domain::{CampaignEvent, CampaignState, diagram};

const PAGE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/book/src/states.md"
));

#[test]
fn the_page_of_states_is_what_the_rules_make() {
    let made = diagram::states_page();
    let differs = made
        .lines()
        .zip(PAGE.lines())
        .find(|(made, page)| made != page);
    assert!(
        made == PAGE,
        "docs/book/src/states.md is out of date ({differs:?}); run `cargo xtask regenerate`"
    );
}

#[test]
fn every_legal_event_of_a_campaign_is_an_arrow_and_no_other() {
    let drawn = diagram::campaign();
    for state in CampaignState::ALL {
        for event in CampaignEvent::ALL {
            let arrows = CampaignState::ALL.iter().filter(|next| {
                drawn
                    .causes(state.as_str(), next.as_str())
                    .contains(&event.as_str())
            });
            let drawn_to: Vec<_> = arrows.copied().collect();
            assert_eq!(
                drawn_to,
                state.on(*event).into_iter().collect::<Vec<_>>(),
                "{state}, {event}"
            );
        }
    }
}

#[test]
fn the_arrows_that_keep_the_promise_are_drawn_and_those_that_break_it_are_not() {
    let attempt = diagram::attempt();
    for (from, to, cause) in [
        ("claimed", "dialing", "dial"),
        ("claimed", "released", "owner_gone"),
        ("dialing", "unknown", "owner_gone"),
        ("dialing", "unknown", "unclear"),
        ("dialing", "ringing", "accepted"),
        ("unknown", "never_placed", "not_seen"),
        ("unknown", "ended", "ended"),
        ("ringing", "ended", "not_seen"),
    ] {
        assert!(
            attempt.causes(from, to).contains(&cause),
            "{from} to {to} by {cause}"
        );
    }
    assert!(
        !attempt
            .causes("dialing", "released")
            .contains(&"owner_gone")
    );
    assert_eq!(attempt.causes("dialing", "never_placed"), [""; 0]);
    for over in ["ended", "refused", "released", "never_placed"] {
        assert!(
            !attempt.to_string().contains(&format!("{over} --> ringing")),
            "{over} absorbs"
        );
    }
}

#[test]
fn a_contact_comes_back_only_by_a_retry_or_because_nothing_rang() {
    let contact = diagram::contact();
    let back = contact.causes("calling", "pending");
    assert!(
        back.contains(&"busy") && back.contains(&"released"),
        "{back:?}"
    );
    for never in ["answered", "bad_number", "unknown"] {
        assert!(!back.contains(&never), "{never} is never tried again");
    }
    assert_eq!(contact.causes("calling", "connected"), ["answered"]);
    assert_eq!(contact.causes("connected", "completed"), ["answered"]);
}
