//! A model of claim, dial and settle, checked in every order of every step: no number rings twice
//! against the rules, and every contact ends.
//!
//! The transitions are the domain's own (`settle`, `claim::decide`), the judge is `proof`, which
//! shares no code with them. [`world`] defines the state and [`steps`] the steps; [`ledger`] is the
//! store, [`carrier`] what really happens. Faulty variants show that the model can fail: for each
//! rule of the protocol there is one that breaks it and must be detected.

#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]
#![expect(
    clippy::print_stdout,
    reason = "how many states were checked is a result"
)]

mod carrier;
mod ledger;
mod model_of_calls;
mod steps;

use std::sync::Arc;

use ringonce_domain::caps::{Cap, CapKind};
use ringonce_domain::proof::violations;
use ringonce_domain::{
    AttemptState, Caps, ContactState, Outcome, RepeatRule, RetryPolicy, Settings,
};
use stateright::{Checker, Model, Property};

use self::carrier::Call;
use self::ledger::instant;
use self::model_of_calls::{Faults, Flaw, ModelOfCalls, NOW, PATIENCE, State, Task};

const NEVER_TWICE: &str = "no ring that the rules do not allow";
const EVERY_CONTACT_ENDS: &str = "every contact ends";

fn never_twice() -> Vec<Property<ModelOfCalls>> {
    vec![Property::always(
        NEVER_TWICE,
        |world: &ModelOfCalls, state: &State| {
            let rules = |id: ringonce_domain::CampaignId| {
                usize::try_from(id.0)
                    .ok()
                    .and_then(|i| world.campaigns.get(i))
                    .map(AsRef::as_ref)
            };
            // Each ring is judged when it begins; later its past is forgotten.
            violations(&state.carrier.rings(), rules)
                .iter()
                .all(|found| found.at != instant(NOW))
        },
    )]
}

fn every_contact_ends() -> Vec<Property<ModelOfCalls>> {
    vec![Property::eventually(
        EVERY_CONTACT_ENDS,
        |_, state: &State| state.every_contact_ended(),
    )]
}

fn all_promises() -> Vec<Property<ModelOfCalls>> {
    let mut promises = never_twice();
    promises.extend(every_contact_ends());
    promises.extend([
        Property::always("at most one live attempt", |_, state: &State| {
            state.ledger.live() <= 1
        }),
        Property::always("nothing that was given up shows up", |_, state: &State| {
            !state.ledger.superseded
        }),
        Property::always("a call under way has a live attempt", |_, state: &State| {
            let attempts = &state.ledger.attempts;
            state
                .carrier
                .calls
                .iter()
                .filter(|call| call.over.is_none())
                .all(|call| {
                    attempts[call.attempt].state.is_live() && attempts[call.attempt].may_have_rung
                })
        }),
        Property::always("nothing is stuck", |_, state: &State| state.idle < PATIENCE),
    ]);
    promises
}

/// States that must be reachable, or the promises would be kept by doing nothing.
fn all_promises_and_reach() -> Vec<Property<ModelOfCalls>> {
    fn some_attempt(state: &State, in_state: AttemptState) -> bool {
        state
            .ledger
            .attempts
            .iter()
            .any(|attempt| attempt.state == in_state)
    }
    let mut all = all_promises();
    all.extend([
        Property::sometimes("a contact is tried again", |_, state: &State| {
            state
                .carrier
                .calls
                .iter()
                .filter(|call| call.campaign == 0)
                .count()
                == 2
        }),
        Property::sometimes("a phone rings and we do not know", |_, state: &State| {
            let rings = |call: &Call| call.over.is_none();
            some_attempt(state, AttemptState::Unknown) && state.carrier.calls.iter().any(rings)
        }),
        Property::sometimes("a call is proved never placed", |_, state: &State| {
            some_attempt(state, AttemptState::NeverPlaced)
        }),
        Property::sometimes(
            "a contact that is tried once rings after a try that never left",
            |_, state: &State| {
                let mut calls = state.carrier.calls.iter();
                state.ledger.tried_in_vain && calls.any(|call| call.campaign == 1)
            },
        ),
        Property::sometimes("a claim is taken back", |_, state: &State| {
            some_attempt(state, AttemptState::Released)
        }),
        Property::sometimes(
            "a process wakes over a request whose call was given up long ago",
            |_, state: &State| {
                let given_up = |task: &Task| match task {
                    Task::Send(request) => {
                        let attempt = &state.ledger.attempts[request.attempt];
                        attempt.state == AttemptState::NeverPlaced
                    }
                    Task::Dial(_) | Task::RecordLook(..) => false,
                };
                let mut engines = state.engines.iter();
                engines.any(|engine| engine.asleep.iter().any(given_up))
            },
        ),
        Property::sometimes("nobody knows how a call ended", |_, state: &State| {
            state
                .ledger
                .attempts
                .iter()
                .any(|attempt| attempt.outcome == Some(Outcome::Unknown))
        }),
        Property::sometimes("a contact is skipped", |_, state: &State| {
            state
                .ledger
                .contacts
                .iter()
                .any(|contact| contact.state == ContactState::Skipped)
        }),
        Property::sometimes("a number is blocked", |_, state: &State| {
            state.ledger.blocked
        }),
    ]);
    all
}

/// A campaign that may call at any hour, tries again once after an hour, and calls no number that
/// another campaign has called.
fn campaign() -> Settings {
    Settings {
        retry: RetryPolicy {
            max_retries: 1,
            backoff_hours: vec![1.0],
            ..RetryPolicy::default()
        },
        ..Settings::at_any_hour()
    }
}

/// A campaign that is bound by caps, but not by other campaigns' calls.
fn capped_campaign() -> Settings {
    Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        retry: RetryPolicy {
            max_retries: 0,
            ..RetryPolicy::default()
        },
        caps: Caps::List(vec![
            Cap {
                count: CapKind::Answered,
                max: 1,
                hours: 4,
            },
            Cap {
                count: CapKind::Attempts,
                max: 2,
                hours: 3,
            },
        ]),
        ..campaign()
    }
}

/// A campaign that tries again and one that does not; no rule looks back more than two ticks.
fn never_again(any_faults: u8, properties: fn() -> Vec<Property<ModelOfCalls>>) -> ModelOfCalls {
    let retry = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::default()
    };
    world(
        [
            campaign(),
            Settings {
                retry,
                ..campaign()
            },
        ],
        2,
        any_faults,
        properties,
    )
}

fn capped(any_faults: u8, properties: fn() -> Vec<Property<ModelOfCalls>>) -> ModelOfCalls {
    world(
        [capped_campaign(), capped_campaign()],
        4,
        any_faults,
        properties,
    )
}

fn world(
    campaigns: [Settings; 2],
    memory: u8,
    any_faults: u8,
    properties: fn() -> Vec<Property<ModelOfCalls>>,
) -> ModelOfCalls {
    ModelOfCalls {
        campaigns: campaigns.into_iter().map(Arc::new).collect(),
        faults: Faults::at_most(any_faults),
        flaw: None,
        memory,
        counts_idle_time: false,
        properties,
    }
}

/// The same world, in which a campaign may be handed over in order.
fn with_a_hand_over(world: ModelOfCalls) -> ModelOfCalls {
    let faults = Faults {
        hand_overs: 1,
        ..world.faults
    };
    ModelOfCalls { faults, ..world }
}

fn check(name: &str, world: ModelOfCalls) {
    let checker = world.checker().threads(2).spawn_bfs().join();
    println!("{name}: {} unique states", checker.unique_state_count());
    checker.assert_properties();
}

/// The checker detects that the flaw does harm, given this many faults.
fn is_found_out(flaw: Flaw, world: ModelOfCalls) {
    let flawed = ModelOfCalls {
        flaw: Some(flaw),
        ..world
    };
    let checker = flawed.checker().threads(2).spawn_bfs().join();
    let states = checker.unique_state_count();
    match checker.discoveries().into_values().next() {
        Some(path) => println!(
            "{flaw:?}, {states} unique states: {:?}",
            path.into_actions()
        ),
        None => panic!("{flaw:?} harms nobody in {states} states: the model does not see it"),
    }
}

#[test]
fn two_campaigns_never_call_a_number_that_the_other_called() {
    let world = never_again(2, all_promises_and_reach);
    check("never again", with_a_hand_over(world));
}

#[test]
fn caps_hold_between_campaigns_that_do_not_mind_each_other() {
    check("caps", capped(2, all_promises));
}

#[test]
fn every_contact_ends_once_the_faults_are_over() {
    for (name, world) in [
        (
            "never again, to the end",
            never_again(1, every_contact_ends),
        ),
        ("caps, to the end", capped(1, every_contact_ends)),
    ] {
        check(
            name,
            ModelOfCalls {
                counts_idle_time: true,
                ..with_a_hand_over(world)
            },
        );
    }
}

/// For each rule of the protocol, and each promise of the carrier, one flaw that breaks it.
#[test]
fn a_protocol_with_a_hole_rings_somebody_twice() {
    for (flaw, faults) in [
        (Flaw::DeadlineIgnored, 1),
        (Flaw::FrozenAfterTheCheck, 1),
        (Flaw::RefusedDialIgnored, 1),
        (Flaw::UnclearIsSentAgain, 0),
        (Flaw::OneLookSuffices, 1),
        (Flaw::SettlingIgnored, 0),
        (Flaw::LooksDatedByAnswer, 3),
        (Flaw::GoneOwnerReleases, 0),
        (Flaw::TimeIsEvidence, 0),
        (Flaw::LiveCallUnseen, 0),
        (Flaw::CalledNumbersCached, 0),
        (Flaw::CarrierForgetsEarly, 1),
    ] {
        is_found_out(flaw, never_again(faults, never_twice));
    }
    is_found_out(Flaw::UnknownEndsUncounted, capped(1, never_twice));
}

#[test]
fn without_a_watchdog_a_contact_may_wait_for_ever() {
    let world = ModelOfCalls {
        counts_idle_time: true,
        ..never_again(1, every_contact_ends)
    };
    is_found_out(Flaw::NoWatchdog, world);
}
