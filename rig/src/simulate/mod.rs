//! Whole-system simulation: the real engine and the real ledger on virtual time, with a seeded carrier that
//! loses, delays, repeats and reorders, several instances that join, freeze, crash at any point and leave,
//! and a judge that reads only the carrier's log and the rules.
//!
//! One seed is one world; the same seed is the same world, to the byte of the carrier's log.

mod judge;
mod scenario;
mod simulated_site;
mod stalled;
mod turns;
mod unsteady;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use clap::Args as ClapArgs;

pub(crate) use simulated_site::{Tally, run_seed};

/// The worlds to run.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Replay one seed and print what happened.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Run so many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
}

impl Args {
    /// The worlds of the first seeds.
    pub(crate) const fn first(seeds: u64) -> Self {
        Self {
            seed: None,
            seeds,
            from: 1,
        }
    }
}

/// Runs the simulation; fails with the seed of the first world in which a promise broke.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    if let Some(seed) = args.seed {
        let tally = run_seed(seed).with_context(|| format!("seed {seed}"))?;
        println!("seed {seed}: {tally}");
        return Ok(());
    }
    let seeds = args.from..args.from + args.seeds;
    let next = AtomicU64::new(seeds.start);
    let total = Mutex::new(Tally::default());
    let failures = Mutex::new(Vec::new());
    let lock =
        |failed: &Mutex<Vec<(u64, anyhow::Error)>>| failed.lock().map_or(0, |list| list.len());
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        for _ in 0..workers {
            scope.spawn(|| {
                while lock(&failures) == 0 {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    match run_seed(seed) {
                        Ok(tally) => {
                            if let Ok(mut total) = total.lock() {
                                *total += tally;
                            }
                        }
                        Err(error) => {
                            if let Ok(mut failures) = failures.lock() {
                                failures.push((seed, error));
                            }
                        }
                    }
                    if seed.is_multiple_of(500) {
                        println!("  seed {seed} of {}", seeds.end - 1);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_default();
    failures.sort_by_key(|(seed, _)| *seed);
    if let Some((seed, error)) = failures.into_iter().next() {
        println!("replay it with: cargo xtask simulate --seed {seed}");
        return Err(error.context(format!("seed {seed}")));
    }
    let total = total.into_inner().unwrap_or_default();
    if total.rings == 0 {
        bail!("no phone rang in any world: the simulation proves nothing");
    }
    println!("{} worlds: {total}", args.seeds);
    Ok(())
}
