//! The scheduler's plan: it never starts a call that it must not, and always says what it waits
//! for.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::sync::Arc;

use proptest::prelude::*;
use ringonce_domain::hours::BusinessHours;
use ringonce_domain::plan::{CampaignView, Command, HoldReason, Snapshot, next_step, plan};
use ringonce_domain::{
    CampaignId, CampaignState, ContactCounts, ContactState, Millis, Pacing, Settings, Stopped,
    Timestamp,
};

/// A Wednesday, 12:00 UTC.
fn noon() -> Timestamp {
    Timestamp::from_millis(1_772_625_600_000)
}

fn stopped() -> Stopped {
    Stopped {
        at: noon(),
        reason: "3 consecutive failures".into(),
    }
}

/// A campaign in the middle of its work, with a contact that is due.
fn busy() -> CampaignView {
    let mut counts = ContactCounts::default();
    counts.set(ContactState::Pending, 5);
    CampaignView {
        id: CampaignId(1),
        state: CampaignState::Running,
        settings: Arc::new(Settings::default()),
        live: 0,
        next_slot: noon() - Millis::from_secs(1),
        next_due: Some(noon() - Millis::from_secs(1)),
        counts,
    }
}

fn with(settings: Settings) -> CampaignView {
    CampaignView {
        settings: Arc::new(settings),
        ..busy()
    }
}

/// What one campaign should do at noon, or what it waits for and until when.
fn step(
    campaign: &CampaignView,
    stop: Option<&Stopped>,
) -> Result<Command, (HoldReason, Option<Timestamp>)> {
    next_step(campaign, stop, noon()).map_err(|hold| (hold.reason, hold.until))
}

fn starting_at(start_at: Option<Timestamp>) -> CampaignView {
    let state = CampaignState::Pending;
    CampaignView {
        state,
        ..with(Settings {
            start_at,
            ..Settings::default()
        })
    }
}

fn open_on(days: ringonce_domain::hours::Days) -> CampaignView {
    let business_hours = BusinessHours {
        days,
        ..BusinessHours::default()
    };
    with(Settings {
        business_hours,
        ..Settings::default()
    })
}

fn without_waiting_contacts() -> CampaignView {
    CampaignView {
        counts: ContactCounts::default(),
        next_due: None,
        ..busy()
    }
}

#[test]
fn a_campaign_that_can_go_on_is_told_how() {
    let id = CampaignId(1);
    for (what, campaign, command) in [
        ("a contact is due", busy(), Command::Claim(id, 1)),
        (
            "all contacts ended",
            without_waiting_contacts(),
            Command::Complete(id),
        ),
        (
            "its time has come",
            starting_at(Some(noon())),
            Command::Begin(id),
        ),
        (
            "it has no start time",
            starting_at(None),
            Command::Begin(id),
        ),
        (
            "its hours never open",
            open_on(days("[]")),
            Command::Fail(id),
        ),
    ] {
        assert_eq!(step(&campaign, None), Ok(command), "{what}");
    }
}

#[test]
fn a_campaign_that_must_wait_says_why_and_until_when() {
    use HoldReason as H;
    let later = noon() + Millis::from_hours(1);
    let sunday_at_nine = noon() + Millis::from_hours(3 * 24 + 21);
    let paused = CampaignView {
        state: CampaignState::Paused,
        ..busy()
    };
    let due_later = CampaignView {
        next_due: Some(later),
        ..busy()
    };
    let last_call = CampaignView {
        live: 1,
        ..without_waiting_contacts()
    };
    for (what, campaign, reason, until) in [
        (
            "its time is to come",
            starting_at(Some(later)),
            H::NotBegun,
            Some(later),
        ),
        (
            "it is closed until Sunday",
            open_on(days(r#"["sun"]"#)),
            H::Closed,
            Some(sunday_at_nine),
        ),
        (
            "its only line is busy",
            CampaignView { live: 1, ..busy() },
            H::LinesBusy,
            None,
        ),
        ("its last call is under way", last_call, H::LinesBusy, None),
        (
            "its pace",
            CampaignView {
                next_slot: later,
                ..busy()
            },
            H::Pace,
            Some(later),
        ),
        ("nobody is due", due_later, H::NothingDue, Some(later)),
        ("a person paused it", paused, H::NotRunning, None),
    ] {
        assert_eq!(step(&campaign, None), Err((reason, until)), "{what}");
    }
    assert_eq!(step(&busy(), Some(&stopped())), Err((H::Stopped, None)));
}

/// Days as settings spell them.
fn days(json: &str) -> ringonce_domain::hours::Days {
    serde_json::from_str(json).unwrap()
}

prop_compose! {
    /// Consistent, as a store gives it: contacts under way are those with live attempts, and a
    /// waiting contact has a due time.
    fn any_campaign()(
        id in 1_i64..9,
        state in prop::sample::select(CampaignState::ALL),
        hours in any::<bool>(),
        start in prop::option::of(-50_i64..50),
        calls_at_once in 1_u32..5,
        live in 0_u32..6,
        slot in -5_i64..5,
        waiting in prop::option::of(-5_i64..5),
        answered in 0_u64..3,
    ) -> CampaignView {
        let minutes = |n: i64| Timestamp::from_millis(noon().as_millis() + n * 60_000);
        let mut counts = ContactCounts::default();
        counts.set(ContactState::Calling, u64::from(live));
        counts.set(ContactState::Pending, u64::from(waiting.is_some()));
        counts.set(ContactState::Completed, answered);
        let settings = Settings {
            start_at: start.map(minutes),
            business_hours: BusinessHours { enabled: hours, ..BusinessHours::default() },
            pacing: Pacing { calls_at_once, ..Pacing::default() },
            ..Settings::default()
        };
        CampaignView {
            id: CampaignId(id),
            state,
            settings: Arc::new(settings),
            live,
            next_slot: minutes(slot),
            next_due: waiting.map(minutes),
            counts,
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_claimed_that_must_not_and_every_wait_has_an_end(
        campaigns in prop::collection::vec(any_campaign(), 0..6),
        is_stopped in any::<bool>(),
        hours_later in 0_u64..200,
    ) {
        let now = noon() + Millis::from_hours(hours_later);
        let snapshot = Snapshot { stopped: is_stopped.then(stopped), campaigns };
        let plan = plan(&snapshot, now);
        prop_assert_eq!(plan.commands.len() + plan.holds.len(), snapshot.campaigns.len());

        for campaign in &snapshot.campaigns {
            match next_step(campaign, snapshot.stopped.as_ref(), now) {
                Ok(Command::Claim(_, room)) => {
                    prop_assert!(!is_stopped && campaign.state == CampaignState::Running);
                    prop_assert!(campaign.settings.business_hours.is_open(&campaign.settings.time_zone, now));
                    prop_assert!(campaign.next_slot <= now && campaign.next_due.is_some_and(|due| due <= now));
                    prop_assert!(room >= 1 && campaign.live + room <= campaign.settings.pacing.calls_at_once);
                }
                Ok(Command::Begin(_)) => {
                    prop_assert_eq!(campaign.state, CampaignState::Pending);
                    prop_assert!(campaign.settings.start_at.is_none_or(|start| start <= now));
                }
                Ok(Command::Complete(_)) => {
                    prop_assert!(campaign.live == 0 && campaign.counts.remaining() == 0);
                }
                Ok(Command::Fail(_)) => prop_assert!(false, "its hours do open"),
                // Without a time, an event from outside is needed: a person, or the end of a call.
                Err(hold) => match hold.until {
                    Some(until) => {
                        prop_assert!(until > now, "{:?} waits for the past", hold.reason);
                        prop_assert!(plan.wake_at.is_some_and(|wake| wake <= until));
                    }
                    None => prop_assert!(match hold.reason {
                        HoldReason::Stopped => is_stopped,
                        HoldReason::NotRunning => !campaign.state.is_active(),
                        HoldReason::LinesBusy | HoldReason::NothingDue => campaign.live > 0,
                        HoldReason::NotBegun | HoldReason::Closed | HoldReason::Pace => false,
                    }, "{:?} for ever", hold.reason),
                },
            }
        }
    }
}
