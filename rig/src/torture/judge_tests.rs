//! The judge on written logs: each test breaks one promise, and shows that the judge finds it.

use super::*;
use crate::torture::evidence::written::{at, calls, log, number};
use crate::torture::lists::Lists;

/// A list of one number, without caps that matter.
fn asked(last: u64, change: impl FnOnce(&mut Settings)) -> Submitted {
    let mut asked = Lists::new(1, 10).next(1).unwrap();
    asked.numbers = vec![number(last)];
    asked.settings.pacing.calls_at_once = 1;
    asked.settings.pacing.calls_per_second = None;
    asked.settings.repeat = RepeatRule::NeverAgain;
    change(&mut asked.settings);
    asked
}

fn contact(last: u64, state: ContactState, attempts: u32, outcome: Option<Outcome>) -> Contact {
    Contact {
        number: number(last),
        state,
        reason: None,
        due_at: None,
        attempts,
        last_outcome: outcome,
    }
}

/// The judge's findings about campaign 1 with one contact.
fn findings(
    asked: &Submitted,
    contact: Contact,
    told: &[(i64, u64, i64, i64, &str)],
    held: &[Held],
) -> Vec<Finding> {
    let case = Case {
        campaigns: BTreeMap::from([(CampaignId(1), asked)]),
        contacts: BTreeMap::from([(CampaignId(1), vec![contact])]),
        held,
        rest: at(1_000),
    };
    let calls = calls(told);
    let mut found = case.forgotten(&calls);
    found.extend(case.too_fast(&calls));
    found.extend(case.not_held(&calls));
    found
}

#[test]
fn a_contact_that_was_called_to_an_end_is_not_forgotten() {
    use ContactState as S;
    use Outcome as O;
    let asked = asked(1, |_| {});
    for (state, attempts, outcome, told) in [
        (S::Completed, 1, O::Answered, vec![(1, 1, 0, 9, "answered")]),
        (
            S::Busy,
            3,
            O::Busy,
            vec![
                (1, 1, 0, 9, "busy"),
                (1, 1, 20, 29, "busy"),
                (1, 1, 50, 51, "busy"),
            ],
        ),
        (S::Failed, 1, O::Canceled, vec![(1, 1, 0, 9, "canceled")]),
        (S::BadNumber, 1, O::BadNumber, vec![(1, 1, 0, 0, "refused")]),
    ] {
        let found = findings(
            &asked,
            contact(1, state, attempts, Some(outcome)),
            &told,
            &[],
        );
        assert_eq!(found, [], "{state}");
    }
}

#[test]
fn a_contact_that_the_log_does_not_know_is_forgotten() {
    use ContactState as S;
    let asked = asked(1, |_| {});
    for (state, attempts, outcome) in [
        (S::Completed, 1, Some(Outcome::Answered)),
        (S::Busy, 1, Some(Outcome::Busy)),
        (S::Failed, 1, Some(Outcome::Unknown)),
        (S::BadNumber, 1, Some(Outcome::BadNumber)),
        (S::Skipped, 0, None),
        (S::Pending, 0, None),
        (S::Calling, 1, None),
    ] {
        let found = findings(&asked, contact(1, state, attempts, outcome), &[], &[]);
        assert_eq!(found.len(), 1, "{state}");
    }
}

#[test]
fn a_try_that_the_carrier_never_had_is_lost() {
    let asked = asked(1, |_| {});
    let failed = contact(1, ContactState::Failed, 3, Some(Outcome::Failed));
    let found = findings(&asked, failed, &[(1, 1, 0, 9, "busy")], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, Kind::TryLost);
}

#[test]
fn a_contact_that_is_missing_from_its_campaign_is_forgotten() {
    let asked = asked(1, |_| {});
    let other = contact(2, ContactState::Completed, 1, Some(Outcome::Answered));
    let found = findings(&asked, other, &[(1, 2, 0, 9, "answered")], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].number, Some(number(1)));
}

#[test]
fn a_contact_may_be_skipped_only_for_a_call_that_another_campaign_made() {
    let skipped = || Contact {
        reason: Some(Reason::ALREADY_CALLED.0.to_owned()),
        ..contact(1, ContactState::Skipped, 0, None)
    };
    let never = asked(1, |_| {});
    let own = asked(1, |settings| settings.repeat = RepeatRule::OnlyThisCampaign);
    let by_another = [(2, 1, 0, 9, "busy")];
    assert_eq!(findings(&never, skipped(), &by_another, &[]), []);
    assert_eq!(findings(&own, skipped(), &by_another, &[]).len(), 1);
    assert_eq!(findings(&never, skipped(), &[], &[]).len(), 1);
}

#[test]
fn a_contact_may_wait_only_for_a_cap_that_is_reached() {
    let waits = || Contact {
        due_at: Some(at(3_000)),
        ..contact(1, ContactState::Pending, 1, Some(Outcome::Busy))
    };
    let capped = asked(1, |settings| {
        settings.caps =
            serde_json::from_str(r#"[{"count":"attempts","max":1,"hours":1}]"#).unwrap();
    });
    let roomy = asked(1, |settings| {
        settings.caps =
            serde_json::from_str(r#"[{"count":"attempts","max":2,"hours":1}]"#).unwrap();
    });
    let told = [(1, 1, 0, 9, "busy")];
    assert_eq!(findings(&capped, waits(), &told, &[]), []);
    assert_eq!(findings(&roomy, waits(), &told, &[]).len(), 1);
}

#[test]
fn one_call_too_many_at_once_is_found() {
    let asked = asked(1, |_| {});
    let done = || contact(1, ContactState::Completed, 1, Some(Outcome::Answered));
    let after = [(1, 1, 0, 9, "answered"), (1, 2, 9, 20, "busy")];
    let during = [(1, 1, 0, 9, "answered"), (1, 2, 8, 20, "busy")];
    assert_eq!(findings(&asked, done(), &after, &[]), []);
    assert_eq!(findings(&asked, done(), &during, &[]).len(), 1);
}

#[test]
fn a_rate_that_is_exceeded_is_found() {
    let asked = asked(1, |settings| {
        settings.pacing.calls_per_second = Some(1.0);
        settings.pacing.calls_at_once = 100;
    });
    let done = || contact(1, ContactState::Completed, 1, Some(Outcome::Answered));
    let told = |starts: i64| -> Vec<_> {
        let others = (1..starts).map(|_| (1, 2, 1, 1, "busy"));
        [(1, 1, 0, 9, "answered")]
            .into_iter()
            .chain(others)
            .collect()
    };
    assert_eq!(findings(&asked, done(), &told(40), &[]), []);
    assert_eq!(findings(&asked, done(), &told(50), &[]).len(), 1);
}

#[test]
fn a_call_during_a_pause_is_found_once_the_dial_window_has_passed() {
    let asked = asked(1, |_| {});
    let done = || contact(1, ContactState::Completed, 1, Some(Outcome::Answered));
    let held = |from, until, campaign| Held {
        campaign,
        from: at(from),
        until: at(until),
    };
    let told = [(1, 1, 50, 59, "answered")];
    for (from, until, campaign, broken) in [
        (30, 60, Some(CampaignId(1)), true),
        (30, 60, None, true),
        (30, 60, Some(CampaignId(2)), false),
        (45, 60, Some(CampaignId(1)), false),
        (30, 40, Some(CampaignId(1)), false),
    ] {
        let found = findings(&asked, done(), &told, &[held(from, until, campaign)]);
        assert_eq!(found.len(), usize::from(broken), "{from} to {until}");
    }
}

#[test]
fn a_log_is_judged_as_a_whole() {
    let asked = asked(1, |settings| settings.retry.max_retries = 0);
    let case = Case {
        campaigns: BTreeMap::from([(CampaignId(1), &asked)]),
        contacts: BTreeMap::from([(
            CampaignId(1),
            vec![contact(
                1,
                ContactState::Completed,
                1,
                Some(Outcome::Answered),
            )],
        )]),
        held: &[],
        rest: at(1_000),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carrier.log");
    let once = [(1, 1, 0, 9, "answered")];
    std::fs::write(&path, log(&once)).unwrap();
    let verdict = case.judge(&path).unwrap();
    assert_eq!(verdict.truth.numbers_rung_twice, 0);
    assert_eq!((verdict.findings, verdict.closest), (Vec::new(), 0));
    let twice = [(1, 1, 0, 9, "answered"), (1, 1, 100, 109, "answered")];
    std::fs::write(&path, log(&twice)).unwrap();
    assert_eq!(case.judge(&path).unwrap().truth.numbers_rung_twice, 1);
}
