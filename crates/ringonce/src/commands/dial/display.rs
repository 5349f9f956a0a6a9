//! The progress of `dial`: redrawn in place on a terminal, else a line a second.

use std::sync::Mutex;
use std::sync::{Arc, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::plan::HoldReason;
use ringonce_domain::{ContactState, Millis, Timestamp};
use ringonce_engine::alerts::{Alert, Alerts};
use ringonce_store::model::{CallDetail, CampaignDetail};

use super::pilot::View;
use crate::output::{Output, count, grouped};
use crate::times;

/// Calls shown at most.
const LINES: usize = 8;
/// How often a line is written where nothing can be drawn, in real time.
const EVERY: Millis = Millis::from_secs(1);

/// Where progress is shown.
pub(super) struct Display {
    out: Output,
    speed: f64,
    kind: Kind,
}

enum Kind {
    Drawn(Drawing),
    /// The last instant at which a line was written.
    Lines(Mutex<Option<Timestamp>>),
    Silent,
}

struct Drawing {
    screen: MultiProgress,
    bar: ProgressBar,
    clock: ProgressBar,
    outcomes: ProgressBar,
    calls: Vec<ProgressBar>,
}

impl Display {
    pub(super) fn new(out: Output, speed: f64) -> Self {
        let kind = if out.draws() {
            Kind::Drawn(Drawing::new())
        } else if out.quiet {
            Kind::Silent
        } else {
            Kind::Lines(Mutex::new(None))
        };
        Self { out, speed, kind }
    }

    /// Shows the present state.
    pub(super) fn show(&self, view: &View) {
        match &self.kind {
            Kind::Drawn(drawing) => drawing.show(view, self.speed),
            Kind::Silent => {}
            Kind::Lines(last) => {
                let now = SystemClock.now();
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.is_none_or(|last| now.since(last) >= EVERY) {
                    *last = Some(now);
                    self.out.note(line(view));
                }
            }
        }
    }

    /// Shows a note between updates.
    pub(super) fn note(&self, text: &str) {
        match &self.kind {
            // Where a terminal cannot be written to, nothing else can be shown.
            Kind::Drawn(drawing) => drop(drawing.screen.println(text)),
            _ => self.out.note(text),
        }
    }

    /// Leaves the terminal as it was.
    pub(super) fn finish(&self) {
        if let Kind::Drawn(drawing) = &self.kind {
            drop(drawing.screen.clear());
        }
    }
}

/// Raises alerts on the display.
pub(super) struct RaiseOn(pub(super) Arc<Display>);

impl Alerts for RaiseOn {
    fn raise(&self, alert: &Alert) {
        let text = match alert {
            Alert::EmergencyStop { reason, .. } => format!("emergency stop: {reason}"),
            Alert::Duplicate { what } => format!("rung against the rules: {what}"),
            Alert::Comparison {
                carrier,
                day,
                differences,
                ..
            } => format!("our calls of {day} and the list of {carrier} differ in {differences}"),
            Alert::Denied { words, paused, .. } => {
                format!("{paused} campaigns are paused: {words}")
            }
            Alert::Country {
                carrier, reason, ..
            } => format!("{carrier} may not call a country for us, its contacts wait: {reason}"),
            Alert::Absent { carrier, .. } => {
                format!("calls are under way with {carrier}, which is not configured any more")
            }
            Alert::RecordingsMissing { count, first } => {
                format!("{count} recordings are missing, first {first}")
            }
            Alert::Archive { error } => format!("recordings cannot be kept: {error}"),
            Alert::Ledger { error } => format!("the ledger does not answer: {error}"),
        };
        self.0.note(&text);
    }
}

impl Drawing {
    fn new() -> Self {
        let screen = MultiProgress::new();
        let style = |template: &str| {
            ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━╸─")
        };
        let line = || screen.add(ProgressBar::new(0).with_style(style("  {msg}")));
        let bar = screen.add(ProgressBar::new(0).with_style(style(
            "  {bar:40.green/dim} {pos} of {len} contacts done, {percent} %",
        )));
        let (clock, outcomes) = (line(), line());
        let calls = (0..LINES).map(|_| line()).collect();
        Self {
            screen,
            bar,
            clock,
            outcomes,
            calls,
        }
    }

    fn show(&self, view: &View, speed: f64) {
        let campaign = &view.campaign;
        self.bar.set_length(campaign.contacts.total());
        self.bar
            .set_position(campaign.contacts.total() - campaign.contacts.remaining());
        self.clock
            .set_message(format!("{}  ×{speed}  {}", clock(view), waiting(view)));
        self.outcomes.set_message(outcomes(campaign));
        for (nth, line) in self.calls.iter().enumerate() {
            line.set_message(
                view.calls
                    .get(nth)
                    .map(|call| in_progress(call, view.now))
                    .unwrap_or_default(),
            );
        }
    }
}

/// The state in one line.
fn line(view: &View) -> String {
    let contacts = &view.campaign.contacts;
    let mut text = format!(
        "{}: {} of {} contacts done, {} under way; {}",
        clock(view),
        grouped(contacts.total() - contacts.remaining()),
        grouped(contacts.total()),
        count(u64::from(view.campaign.live), "call"),
        outcomes(&view.campaign),
    );
    let waiting = waiting(view);
    if !waiting.is_empty() {
        text.push_str("; ");
        text.push_str(&waiting);
    }
    text
}

fn clock(view: &View) -> String {
    let zone = view.campaign.settings.time_zone.name();
    format!("{} {zone}", times::wall(view.now, zone))
}

/// The outcomes so far.
fn outcomes(campaign: &CampaignDetail) -> String {
    let mut parts: Vec<String> = campaign
        .outcomes
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(outcome, n)| format!("{} {}", outcome.as_str().replace('_', " "), grouped(*n)))
        .collect();
    let skipped = campaign.contacts.get(ContactState::Skipped);
    if skipped > 0 {
        parts.push(format!("skipped {}", grouped(skipped)));
    }
    if parts.is_empty() {
        "no call has ended yet".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Why no call starts, when the reason is not simply that all lines are in use.
fn waiting(view: &View) -> String {
    if let Some(fault) = &view.fault {
        return format!("the ledger does not answer: {fault}");
    }
    match view.hold {
        None => String::new(),
        Some(hold) if matches!(hold.reason, HoldReason::LinesBusy | HoldReason::Pace) => {
            String::new()
        }
        Some(hold) => match hold.until {
            Some(until) => {
                let zone = view.campaign.settings.time_zone.name();
                format!("{} until {}", hold.reason.words(), times::wall(until, zone))
            }
            None => hold.reason.words().to_owned(),
        },
    }
}

fn in_progress(call: &CallDetail, now: Timestamp) -> String {
    let since = call
        .answered_at
        .or(call.dialed_at)
        .unwrap_or(call.claimed_at);
    let seconds = now.since(since).get() / 1_000;
    let attempt = if call.made > 1 {
        format!("  attempt {}", call.made)
    } else {
        String::new()
    };
    format!(
        "{:<9} {:>2}:{:02}  {:<16} {}{attempt}",
        call.state.as_str(),
        seconds / 60,
        seconds % 60,
        call.number.to_string(),
        call.name
    )
}
