//! Which campaigns and calls a person sees.

use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, CampaignState, Evidence, Outcome, Role, UserId,
};

use super::Factory;
use super::material::{forgetful, number};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{Page, SharedWith, Visible};

impl Scene {
    /// A campaign without contacts, with an owner or without.
    async fn owned(&self, owner: Option<UserId>) -> CampaignId {
        let (campaign, list) = self.empty_of(forgetful(), owner).await;
        assert!(!self.sees(owner, campaign).await, "before its import");
        let (by, now) = (self.by.clone(), self.now());
        self.store.finish_import(list, 0, by, now).await.unwrap();
        campaign
    }

    async fn sees(&self, who: Option<UserId>, campaign: CampaignId) -> bool {
        let who = Visible::To(who.unwrap_or(UserId(1)));
        self.store.may_see(campaign, who).await.unwrap()
    }

    async fn share(&self, campaign: CampaignId, with: SharedWith, shared: bool) -> bool {
        let (by, now) = (self.by.clone(), self.now());
        let done = self.store.share(campaign, with, shared, by, now);
        done.await.unwrap()
    }

    async fn listed(&self, who: Visible, state: Option<CampaignState>) -> Vec<CampaignId> {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = Page { after, limit: 2 };
            let found = self.store.campaigns(state, who, page).await.unwrap();
            let Some(last) = found.last() else { break };
            after = Some(last.id);
            listed.extend(found.into_iter().map(|campaign| campaign.id));
        }
        listed
    }
}

pub(super) async fn a_campaign_is_seen_by_its_owner_and_those_with_whom_it_is_shared(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let bob = scene.person("bob", Role::Operator).await;
    let cem = scene.person("cem", Role::Agent).await;
    let campaign = scene.owned(Some(ann)).await;
    let owner = scene.store.campaign(campaign).await.unwrap().owner.unwrap();
    assert_eq!((owner.id, owner.name.as_str()), (ann, "ann"));
    let seen = async || {
        let mut seen = Vec::new();
        for who in [ann, bob, cem] {
            seen.push(scene.sees(Some(who), campaign).await);
        }
        seen
    };
    assert_eq!(seen().await, [true, false, false]);
    assert!(scene.share(campaign, SharedWith::User(bob), true).await);
    assert!(!scene.share(campaign, SharedWith::User(bob), true).await);
    assert_eq!(seen().await, [true, true, false]);
    assert!(scene.share(campaign, SharedWith::Everyone, true).await);
    assert_eq!(seen().await, [true, true, true]);
    let shares = scene.store.shares(campaign).await.unwrap();
    let with: Vec<_> = shares
        .into_iter()
        .map(|share| share.user.map(|user| user.id))
        .collect();
    assert_eq!(with, [None, Some(bob)]);
    assert!(scene.share(campaign, SharedWith::Everyone, false).await);
    assert!(scene.share(campaign, SharedWith::User(bob), false).await);
    assert!(!scene.share(campaign, SharedWith::User(ann), false).await);
    assert_eq!(seen().await, [true, false, false], "the owner stays");
    let everything = scene.store.may_see(campaign, Visible::Everything);
    assert!(everything.await.unwrap());
}

pub(super) async fn a_campaign_without_an_owner_is_seen_by_all(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Agent).await;
    let campaign = scene.owned(None).await;
    assert!(scene.sees(Some(ann), campaign).await);
    assert!(!scene.share(campaign, SharedWith::Everyone, false).await);
    assert!(scene.sees(Some(ann), campaign).await);
    assert!(scene.store.shares(campaign).await.unwrap().is_empty());
    assert!(
        scene
            .store
            .campaign(campaign)
            .await
            .unwrap()
            .owner
            .is_none()
    );
}

pub(super) async fn a_deleted_campaign_is_seen_by_no_one(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let campaign = scene.owned(Some(ann)).await;
    scene.share(campaign, SharedWith::Everyone, true).await;
    let (by, now) = (scene.by.clone(), scene.now());
    scene.store.delete(campaign, by.clone(), now).await.unwrap();
    assert!(!scene.sees(Some(ann), campaign).await);
    let shared = scene
        .store
        .share(campaign, SharedWith::Everyone, true, by, now)
        .await;
    assert!(matches!(shared, Err(StoreError::NotFound { .. })));
}

pub(super) async fn listings_show_what_a_person_sees_page_by_page(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let bob = scene.person("bob", Role::Operator).await;
    let (mut all, mut anns, mut bobs) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..12 {
        let owner = [Some(ann), Some(bob), None][n % 3];
        let campaign = scene.owned(owner).await;
        let shared = n % 4 == 0;
        if shared {
            scene.share(campaign, SharedWith::User(bob), true).await;
        }
        all.insert(0, campaign);
        if owner != Some(bob) {
            anns.insert(0, campaign);
        }
        if owner != Some(ann) || shared {
            bobs.insert(0, campaign);
        }
    }
    let running = scene.running(forgetful(), &[number(1)]).await;
    for (who, mut expected) in [
        (Visible::Everything, all),
        (Visible::To(ann), anns),
        (Visible::To(bob), bobs),
    ] {
        let drafts = Some(CampaignState::Draft);
        assert_eq!(scene.listed(who, drafts).await, expected, "{who:?}");
        expected.insert(0, running);
        assert_eq!(scene.listed(who, None).await, expected, "{who:?}");
        let runs = Some(CampaignState::Running);
        assert_eq!(scene.listed(who, runs).await, [running], "{who:?}");
    }
}

pub(super) async fn calls_are_those_of_the_campaigns_that_a_person_sees(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let ann = scene.person("ann", Role::Operator).await;
    let bob = scene.person("bob", Role::Operator).await;
    let mut campaigns = Vec::new();
    for (n, owner) in (0..).zip([Some(ann), Some(bob), None]) {
        let people: Vec<_> = (n * 5..n * 5 + 4).map(number).collect();
        let campaign = scene.running_of(forgetful(), &people, owner).await;
        scene.call(campaign, Outcome::Answered).await;
        scene.call(campaign, Outcome::Busy).await;
        let held = scene.claim(campaign, 1).await.attempts.remove(0);
        if n == 0 {
            scene.record(held.id, Evidence::OwnerGone).await;
        }
        campaigns.push(campaign);
    }
    let calls = async |campaign, state, who| {
        let (mut listed, mut after): (Vec<(AttemptId, CampaignId)>, _) = (Vec::new(), None);
        loop {
            let page = Page { after, limit: 2 };
            let found = scene.store.calls(campaign, state, who, page).await;
            let found = found.unwrap();
            let Some(last) = found.last() else { break };
            after = Some(last.id);
            listed.extend(found.iter().map(|call| (call.id, call.campaign)));
        }
        listed
    };
    for state in [
        None,
        Some(AttemptState::Ended),
        Some(AttemptState::Claimed),
        Some(AttemptState::Released),
    ] {
        let all = calls(None, state, Visible::Everything).await;
        for (who, hidden) in [(ann, campaigns[1]), (bob, campaigns[0])] {
            let expected: Vec<_> = all
                .iter()
                .copied()
                .filter(|(_, campaign)| *campaign != hidden)
                .collect();
            let who = Visible::To(who);
            assert_eq!(calls(None, state, who).await, expected, "{state:?} {who:?}");
            assert!(calls(Some(hidden), state, who).await.is_empty());
            for campaign in &campaigns {
                let of: Vec<_> = expected
                    .iter()
                    .copied()
                    .filter(|(_, of)| of == campaign)
                    .collect();
                assert_eq!(calls(Some(*campaign), state, who).await, of);
            }
        }
    }
}
