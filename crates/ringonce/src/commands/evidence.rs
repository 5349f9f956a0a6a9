//! The judgement of "never twice": by the carrier's own log, and by the ledger's attempts. Both use the
//! checker of `ringonce_domain::proof` and share no code with the claim.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ringonce_carrier::Carrier;
use ringonce_carrier::simulator::log::{self, Entry};
use ringonce_carrier::simulator::truth::{self, Rings, Truth};
use ringonce_domain::proof::{Ring, violations};
use ringonce_domain::{CampaignId, Number, Settings};
use ringonce_engine::comparison::{Incomparable, listed_rings};
use ringonce_store::Store;
use ringonce_store::model::{Page, Proof};

use crate::failure::Failure;
use crate::ledger::{Ledger, log_failure};

/// Numbers asked for at once.
const PAGE: u32 = 1_000;

/// The settings under which campaigns called.
#[derive(Default)]
pub(crate) struct Rules(HashMap<CampaignId, Arc<Settings>>);

impl Rules {
    /// Adds the settings of the campaigns that are not known yet.
    pub(crate) async fn learn(
        &mut self,
        store: &dyn Store,
        campaigns: impl IntoIterator<Item = CampaignId>,
    ) -> Result<(), Failure> {
        for campaign in campaigns.into_iter().collect::<BTreeSet<_>>() {
            if let std::collections::hash_map::Entry::Vacant(unknown) = self.0.entry(campaign)
                && let Some(settings) = store.settings(campaign).await?
            {
                unknown.insert(settings);
            }
        }
        Ok(())
    }

    /// The settings of a campaign, if it ever existed.
    pub(crate) fn of(&self, campaign: CampaignId) -> Option<&Settings> {
        self.0.get(&campaign).map(Arc::as_ref)
    }
}

/// The number of rings in the carrier's log; zero when no call was ever simulated.
pub(crate) fn rings_so_far(ledger: &Ledger) -> Result<u64, Failure> {
    Ok(rings(ledger)?.map_or(0, |rings| {
        rings.by_number().map(|rings| rings.len() as u64).sum()
    }))
}

/// Judges every ring in the carrier's log.
pub(crate) async fn judge_log(ledger: &Ledger) -> Result<Truth, Failure> {
    let (Some(log), Some(rings)) = (ledger.simulator_log_if_any(), rings(ledger)?) else {
        return Ok(Truth::default());
    };
    let mut rules = Rules::default();
    let campaigns = rings.by_number().flatten().map(|ring| ring.campaign);
    rules.learn(ledger.store.as_ref(), campaigns).await?;
    let failed = |error| log_failure(&error);
    truth::check(log.reader().map_err(failed)?, |campaign| rules.of(campaign)).map_err(failed)
}

/// What real carriers say of our calls.
pub(crate) enum CarrierWord {
    /// By their own lists.
    Judged {
        /// Whose lists these are.
        carriers: Vec<String>,
        truth: Truth,
        /// Calls that show a number of ours and that the ledger does not know.
        unknown: u64,
    },
    /// Nothing, for this reason.
    LeftOut(String),
}

/// Judges every call in the lists of the carriers that are configured.
pub(crate) async fn judge_lists(
    ledger: &Ledger,
    carriers: &[Arc<dyn Carrier>],
) -> Result<CarrierWord, Failure> {
    if carriers.is_empty() {
        return Ok(CarrierWord::LeftOut(
            "no carrier is configured whose list could be read".into(),
        ));
    }
    let (mut rings, mut unknown) = (Vec::new(), 0);
    for carrier in carriers {
        let now = ledger.now().await?;
        match listed_rings(ledger.store.as_ref(), carrier.as_ref(), now).await {
            Ok(listed) => {
                unknown += listed.unknown;
                rings.extend(listed.rings);
            }
            Err(Incomparable::Ledger(error)) => return Err(error.into()),
            Err(error) => return Ok(CarrierWord::LeftOut(error.to_string())),
        }
    }
    let mut rules = Rules::default();
    let campaigns = rings.iter().map(|ring| ring.campaign);
    rules.learn(ledger.store.as_ref(), campaigns).await?;
    Ok(CarrierWord::Judged {
        carriers: carriers.iter().map(|it| it.name().to_owned()).collect(),
        truth: Rings::of(rings).judge(|campaign| rules.of(campaign)),
        unknown,
    })
}

/// The rings of one number by the ledger itself.
pub(crate) async fn rings_by_ledger(ledger: &Ledger, number: Number) -> Result<Vec<Ring>, Failure> {
    let before = Number::from_digits(number.digits() - 1);
    let page = Page {
        after: before,
        limit: 1,
    };
    let mut rings = ledger.store.rings(page).await?;
    rings.retain(|ring| ring.number == number);
    Ok(rings)
}

fn rings(ledger: &Ledger) -> Result<Option<Rings>, Failure> {
    let failed = |error| log_failure(&error);
    let Some(log) = ledger.simulator_log_if_any() else {
        return Ok(None);
    };
    log.reader().and_then(Rings::read).map(Some).map_err(failed)
}

/// Judges every attempt in the ledger that may have rung.
pub(crate) async fn judge_ledger(ledger: &Ledger) -> Result<Proof, Failure> {
    let mut proof = Proof::default();
    let mut rules = Rules::default();
    let mut after = None;
    loop {
        let page = ledger.store.rings(Page { after, limit: PAGE }).await?;
        let Some(last) = page.last() else {
            return Ok(proof);
        };
        after = Some(last.number);
        rules
            .learn(ledger.store.as_ref(), page.iter().map(|ring| ring.campaign))
            .await?;
        for rings in page.chunk_by(|one, next| one.number == next.number) {
            proof.numbers += 1;
            proof.rings += rings.len() as u64;
            proof
                .violations
                .extend(violations(rings, |campaign| rules.of(campaign)));
        }
    }
}

/// How many different numbers the violations concern.
pub(crate) fn rung_twice(proof: &Proof) -> u64 {
    proof
        .violations
        .iter()
        .map(|violation| violation.number)
        .collect::<BTreeSet<_>>()
        .len() as u64
}

/// The carrier's log of one number, in order of time.
pub(crate) fn log_of(ledger: &Ledger, number: Number) -> Result<Vec<Entry>, Failure> {
    let failed = |error| log_failure(&error);
    let Some(log) = ledger.simulator_log_if_any() else {
        return Ok(Vec::new());
    };
    log::entries(log.reader().map_err(failed)?)
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.number != number)
                .eq(&false)
        })
        .collect::<Result<_, _>>()
        .map_err(failed)
}

/// The rings of one number by the carrier's log.
pub(crate) fn rings_of(ledger: &Ledger, number: Number) -> Result<Vec<Ring>, Failure> {
    Ok(rings(ledger)?
        .and_then(|rings| {
            rings
                .by_number()
                .find(|rings| rings.iter().any(|ring| ring.number == number))
                .map(<[_]>::to_vec)
        })
        .unwrap_or_default())
}
