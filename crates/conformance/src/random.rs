//! Random sequences of commands, after each of which the ledger must add up.
//!
//! A sequence follows from its seed alone. It does not know what the store should answer, only what must hold
//! of every answer: a command that is not allowed is refused and changes nothing.

use std::collections::BTreeSet;

use ringonce_domain::caps::CapPreset;
use ringonce_domain::proof::violations;
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, CampaignState, Caps, Evidence,
    FailureClass, InstanceId, Millis, Number, Outcome, Pacing, RepeatRule, RetryPolicy,
    SafetyLimits, Settings, Timestamp,
};

use super::Factory;
use super::instances::newcomer;
use super::invariants::assert_adds_up;
use super::material::{attempt_ids, free, instance, number};
use super::scene::{PATIENT, Scene};
use ringonce_store::StoreError;
use ringonce_store::model::{ClaimRequest, Judgement, Page, Recorded};

const SEEDS: u64 = 12;
const EVENTS: u32 = 160;
const PEOPLE: u64 = 14;
const LEASE: Millis = Millis::from_secs(300);

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, and the same for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let n = self.below(from.len().max(1) as u64);
        from.get(usize::try_from(n).unwrap())
    }
}

pub(super) async fn whatever_happens_the_ledger_adds_up(factory: &dyn Factory) {
    for seed in 1..=SEEDS {
        let mut course = Course::new(factory, seed).await;
        for event in 0..EVENTS {
            course.step().await;
            if event % 8 == 0 || event + 1 == EVENTS {
                course.check().await;
            }
        }
    }
}

/// A ledger that gets random commands.
struct Course {
    scene: Scene,
    dice: Dice,
    limits: SafetyLimits,
    campaigns: Vec<CampaignId>,
    attempts: Vec<Attempt>,
    blocked: BTreeSet<Number>,
    /// Numbers of calls that were given up and existed: only they may have rung against the rules.
    told_wrong: BTreeSet<Number>,
}

impl Course {
    async fn new(factory: &dyn Factory, seed: u64) -> Self {
        let limits = if seed.is_multiple_of(3) {
            SafetyLimits::default()
        } else {
            PATIENT
        };
        let scene = Scene::new(factory).await;
        for id in [instance(1), instance(2)] {
            // Both instances live throughout: every claim comes from a known instance.
            let until = scene.now() + Millis::from_days(10_000);
            scene
                .store
                .join(newcomer(id), scene.now(), until)
                .await
                .unwrap();
        }
        Self {
            scene,
            dice: Dice(seed),
            limits,
            campaigns: Vec::new(),
            attempts: Vec::new(),
            blocked: BTreeSet::new(),
            told_wrong: BTreeSet::new(),
        }
    }

    async fn step(&mut self) {
        let pause = match self.dice.below(10) {
            0 => Millis::from_hours(self.dice.below(30)),
            1..4 => Millis::from_secs(self.dice.below(200)),
            _ => Millis::new(self.dice.below(2_000)),
        };
        self.scene.wait(pause);
        match self.dice.below(100) {
            0..10 => self.create().await,
            10..14 => self.steer().await,
            14..40 => self.claim().await,
            40..60 => self.dial().await,
            60..92 => self.hear().await,
            92 => self.delete().await,
            93 => self.block().await,
            94 => self.stop().await,
            95..98 => self.resume().await,
            _ => self.look_for_duplicates().await,
        }
    }

    async fn create(&mut self) {
        let mut people: Vec<Number> = (0..PEOPLE).map(number).collect();
        people.retain(|_| self.dice.below(3) > 0);
        let settings = self.settings();
        let campaign = self.scene.draft(settings, &people).await;
        self.campaigns.push(campaign);
        if self.dice.below(5) > 0 {
            self.scene.start(campaign).await;
        }
    }

    fn settings(&mut self) -> Settings {
        let repeats = [
            RepeatRule::NeverAgain,
            RepeatRule::AfterDays(1),
            RepeatRule::OnlyThisCampaign,
            RepeatRule::OnlyThisCampaign,
        ];
        let caps = [CapPreset::Default, CapPreset::Strict];
        let lines = [1, 3, 100];
        Settings {
            repeat: *self.dice.pick(&repeats).unwrap(),
            caps: Caps::Preset(*self.dice.pick(&caps).unwrap()),
            pacing: Pacing {
                delay_seconds: if self.dice.below(2) == 0 { 0.0 } else { 0.5 },
                calls_per_second: None,
                calls_at_once: *self.dice.pick(&lines).unwrap(),
            },
            retry: RetryPolicy {
                max_retries: u32::try_from(self.dice.below(4)).unwrap(),
                backoff_hours: vec![0.0, 0.5, 4.0],
                ..RetryPolicy::default()
            },
            ..free()
        }
    }

    async fn steer(&mut self) {
        let Some(&campaign) = self.dice.pick(&self.campaigns) else {
            return;
        };
        let event = *self.dice.pick(CampaignEvent::ALL).unwrap();
        let before = self.scene.detail(campaign).await;
        let is_over = before.live > 0 || before.contacts.remaining() > 0;
        if event == CampaignEvent::Start || (event == CampaignEvent::Complete && is_over) {
            return;
        }
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        let answer = self
            .scene
            .store
            .transition(campaign, event, by, None, now)
            .await;
        assert_eq!(
            answer.map_err(|_| ()),
            before.state.on(event).map_err(|_| ())
        );
    }

    async fn claim(&mut self) {
        let Some(&campaign) = self.dice.pick(&self.campaigns) else {
            return;
        };
        let (who, now) = (self.someone(), self.scene.now());
        let until = now + LEASE;
        let Some(epoch) = self
            .scene
            .store
            .lease(campaign, who, now, until)
            .await
            .unwrap()
        else {
            return;
        };
        let wish = usize::try_from(1 + self.dice.below(5)).unwrap();
        let request = ClaimRequest {
            campaign,
            instance: who,
            epoch,
            ids: attempt_ids(wish, now),
            now,
            lease_until: until,
        };
        let stopped = self.scene.store.safety().await.unwrap().stopped.is_some();
        let state = self.scene.detail(campaign).await.state;
        let claimed = self.scene.store.claim(request).await.unwrap();
        if stopped || state != CampaignState::Running {
            assert!(claimed.attempts.is_empty(), "{state}, stopped: {stopped}");
        }
        for attempt in &claimed.attempts {
            assert!(
                !self.blocked.contains(&attempt.number),
                "{} is blocked",
                attempt.number
            );
        }
        self.attempts.extend(claimed.attempts);
    }

    fn someone(&mut self) -> InstanceId {
        instance(u8::try_from(1 + self.dice.below(2)).unwrap())
    }

    async fn dial(&mut self) {
        let Some(attempt) = self.dice.pick(&self.attempts) else {
            return;
        };
        let (id, owner) = (attempt.id, attempt.owner);
        let by = if self.dice.below(8) == 0 {
            self.someone()
        } else {
            owner
        };
        let dial_before = self.scene.now() + Millis::from_secs(10);
        let stopped = self.scene.store.safety().await.unwrap().stopped.is_some();
        let before = self.scene.store.attempt(id).await.unwrap().unwrap();
        let answer = self
            .record(
                id,
                Evidence::Dial {
                    by,
                    dial_before,
                    caller_id: None,
                },
            )
            .await;
        let dialled =
            matches!(&answer, Ok(Recorded::Moved(next)) if next.state == AttemptState::Dialing);
        if dialled {
            assert!(before.state == AttemptState::Claimed && by == owner && !stopped);
            assert!(!self.blocked.contains(&before.number));
        } else if before.state != AttemptState::Claimed || by != owner {
            assert!(matches!(answer, Err(StoreError::Stale(_))), "{answer:?}");
        }
    }

    /// Evidence of any kind, more often of a live attempt than of an ended one.
    async fn hear(&mut self) {
        let live = self
            .scene
            .store
            .live_attempts(Page {
                after: None,
                limit: 100,
            })
            .await
            .unwrap();
        let from = if self.dice.below(5) == 0 {
            &self.attempts
        } else {
            &live
        };
        let Some(id) = self.dice.pick(from).map(|attempt| attempt.id) else {
            return;
        };
        let evidence = self.evidence();
        let before = self.scene.store.attempt(id).await.unwrap().unwrap();
        let answer = self
            .record(id, evidence)
            .await
            .expect("evidence of the carrier is never an error");
        match answer {
            Recorded::Superseded(attempt) => drop(self.told_wrong.insert(attempt.number)),
            Recorded::Moved(attempt) if before.state == AttemptState::Ended => {
                self.told_wrong.insert(attempt.number);
            }
            _ => {}
        }
    }

    fn evidence(&mut self) -> Evidence {
        let outcome = *self.dice.pick(Outcome::ALL).unwrap();
        let class = *self.dice.pick(FailureClass::ALL).unwrap();
        match self.dice.below(21) {
            0..3 => Evidence::Accepted {
                call_id: format!("CA{}", self.dice.below(1_000)),
            },
            3..5 => Evidence::Ringing,
            5..8 => Evidence::Answered,
            8..13 => Evidence::Ended {
                outcome,
                cause: "cause".into(),
            },
            13 => Evidence::Refused {
                class,
                reason: "reason".into(),
            },
            14 => Evidence::Unclear {
                reason: "timeout".into(),
            },
            15 => Evidence::OwnerGone,
            16 => Evidence::NotSent,
            17 => Evidence::Found {
                call_id: format!("CA{}", self.dice.below(1_000)),
            },
            _ => Evidence::NotSeen {
                asked_at: self.scene.now(),
            },
        }
    }

    async fn record(
        &mut self,
        id: AttemptId,
        evidence: Evidence,
    ) -> ringonce_store::Result<Recorded> {
        let judgement = Judgement {
            limits: self.limits,
            ..Judgement::default()
        };
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        let answer = self
            .scene
            .store
            .record(id, vec![evidence], by, judgement, now)
            .await;
        if let Ok(Recorded::Moved(attempt)) = &answer
            && attempt.outcome == Some(Outcome::BadNumber)
        {
            self.blocked.insert(attempt.number);
        }
        answer
    }

    async fn delete(&mut self) {
        let Some(&campaign) = self.dice.pick(&self.campaigns) else {
            return;
        };
        let before = self.scene.detail(campaign).await;
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        let answer = self.scene.store.delete(campaign, by, now).await;
        if before.state == CampaignState::Running || before.live > 0 {
            assert!(
                matches!(answer, Err(StoreError::InUse { .. })),
                "{answer:?}"
            );
        } else {
            answer.unwrap();
            self.campaigns.retain(|id| *id != campaign);
        }
    }

    async fn block(&mut self) {
        let number = number(self.dice.below(PEOPLE));
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        let fresh = self
            .scene
            .store
            .block(number, "asked".into(), by, now)
            .await
            .unwrap();
        assert_eq!(fresh, self.blocked.insert(number));
    }

    async fn stop(&mut self) {
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        self.scene
            .store
            .stop_all("drill".into(), by, now)
            .await
            .unwrap();
    }

    async fn resume(&mut self) {
        let before = self.scene.store.safety().await.unwrap().stopped;
        let (by, now) = (self.scene.by.clone(), self.scene.now());
        let answer = self
            .scene
            .store
            .resume_all("over".into(), by, now)
            .await
            .unwrap();
        assert_eq!(answer, before.is_some());
    }

    async fn look_for_duplicates(&mut self) {
        let (beginning, now) = (Timestamp::from_millis(0), self.scene.now());
        let found = self
            .scene
            .store
            .find_duplicates(beginning, self.limits, now)
            .await
            .unwrap()
            .0;
        for violation in found {
            assert!(self.told_wrong.contains(&violation.number), "{violation:?}");
        }
    }

    async fn check(&self) {
        let store = &self.scene.store;
        assert_adds_up(store, self.scene.now()).await;
        for number in (0..PEOPLE).map(number) {
            let known = store.number(number).await.unwrap();
            let blocked = known.is_some_and(|known| known.blocked.is_some());
            assert_eq!(
                blocked,
                self.blocked.contains(&number),
                "{number}: a block is for ever"
            );
        }
        let mut rules = std::collections::BTreeMap::new();
        let rings = store
            .rings(Page {
                after: None,
                limit: 1_000,
            })
            .await
            .unwrap();
        for ring in &rings {
            let settings = store.settings(ring.campaign).await.unwrap().unwrap();
            rules.insert(ring.campaign, settings);
        }
        for of_one in rings.chunk_by(|a, b| a.number == b.number) {
            if !self.told_wrong.contains(&of_one[0].number) {
                let found = violations(of_one, |id| rules.get(&id).map(AsRef::as_ref));
                assert_eq!(found, [], "{of_one:?}");
            }
        }
    }
}
