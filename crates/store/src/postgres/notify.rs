//! Notifications between instances: a commit wakes the engines and pages of the others.
//!
//! NOTIFY inside a transaction would make commits wait for each other, across the whole database. So one task
//! sends one notification for all commits of a moment, after them. A notification may be lost, by a crash in
//! between or a cut connection: nothing waits for it alone, and a new connection counts as a notification.
#![expect(
    clippy::disallowed_methods,
    reason = "a network is waited for, whatever time the campaigns live in"
)]

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

use super::connect::{Address, Way};
use super::failure::{Done, Failure};
use crate::StoreError;

/// The channel, in the database of the ledger.
const LISTEN: &str = "LISTEN ringonce";
/// The least time between two notifications; an urgent one waits for the shorter.
const SOON: Duration = Duration::from_millis(300);
const NOW: Duration = Duration::from_millis(10);
/// How long the first notification may take to return to its sender.
const ECHO: Duration = Duration::from_secs(5);
/// The time between two tries to connect.
const RETRY: Duration = Duration::from_millis(500);

/// How soon other instances should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// For displays.
    Soon,
    /// For engines that wait for it.
    Now,
}

/// Counts commits, and wakes the task that notifies other instances of them.
#[derive(Debug)]
pub(super) struct Notifier {
    changes: watch::Sender<u64>,
    now: Notify,
    soon: Notify,
}

impl Notifier {
    /// A change was committed here.
    pub(super) fn notify(&self, word: Word) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
        match word {
            Word::Now => self.now.notify_one(),
            Word::Soon => self.soon.notify_one(),
        }
    }

    fn heard(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// The tasks that send and listen; they end with this value.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) notifier: Arc<Notifier>,
    pub(super) changes: watch::Receiver<u64>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Words {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Words {
    /// Starts to listen and to send. `me` marks this store's notifications.
    ///
    /// # Errors
    /// [`StoreError::Unsuitable`] when the first notification does not come back: then a pooler that gives
    /// every transaction another session is in between, and notifications, prepared statements and session
    /// settings do not hold.
    pub(super) async fn start(address: &Address, pool: &Pool, me: String) -> Done<Self> {
        let (sender, changes) = watch::channel(0);
        let notifier = Arc::new(Notifier {
            changes: sender,
            now: Notify::new(),
            soon: Notify::new(),
        });
        let (first, echoed) = oneshot::channel();
        let hearing = tokio::spawn(hear(
            address.clone(),
            pool.clone(),
            Arc::clone(&notifier),
            me.clone(),
            Some(first),
        ));
        let sending = tokio::spawn(send(pool.clone(), Arc::clone(&notifier), me));
        let words = Self {
            notifier,
            changes,
            tasks: [hearing, sending],
        };
        match tokio::time::timeout(ECHO, echoed).await {
            Ok(Ok(Ok(()))) => Ok(words),
            Ok(Ok(Err(failure))) => Err(failure),
            Ok(Err(_)) | Err(_) => Err(StoreError::Unsuitable {
                database: address.shown.clone(),
                reason: "a notification sent to it does not come back, as with a connection pooler in transaction mode; connect to the server itself, or to a pool in session mode".to_owned(),
            }
            .into()),
        }
    }
}

type First = Option<oneshot::Sender<Done<()>>>;

/// Listens for notifications of other instances, for ever.
async fn hear(address: Address, pool: Pool, notifier: Arc<Notifier>, me: String, mut first: First) {
    loop {
        let told = &mut first;
        let (pool, notifier, me) = (&pool, &notifier, me.as_str());
        let ended = address
            .connect(async |client, way| listen(client, way, pool, notifier, me, told).await)
            .await
            .and_then(|ended| ended);
        if let Err(failure) = ended {
            if let Some(first) = first.take() {
                // Opening the ledger fails with this error, so the task ends.
                let _gone = first.send(Err(failure));
                return;
            }
            tracing::debug!(?failure, "the way on which changes are heard is cut");
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn listen(
    client: tokio_postgres::Client,
    mut way: Way,
    pool: &Pool,
    notifier: &Notifier,
    me: &str,
    first: &mut First,
) -> Done<()> {
    let ask = async {
        client.batch_execute(LISTEN).await?;
        // Notifications may have been lost while the task was not listening.
        notifier.heard();
        // By another session: a pooler would give the notification to the client whose session listens.
        pool.get()
            .await?
            .batch_execute(&format!("NOTIFY ringonce, 'echo {me}'"))
            .await?;
        Ok::<(), Failure>(())
    };
    let mut asked = std::pin::pin!(ask);
    let mut asking = true;
    loop {
        let message = tokio::select! {
            done = &mut asked, if asking => {
                done?;
                asking = false;
                continue;
            }
            message = way.message() => message,
        };
        let Some(message) = message else {
            return Ok(());
        };
        if let AsyncMessage::Notification(heard) = message? {
            if heard.payload().strip_prefix("echo ") == Some(me) {
                if let Some(first) = first.take() {
                    let _gone = first.send(Ok(()));
                }
            } else if heard.payload() != me {
                notifier.heard();
            }
        }
    }
}

/// Sends one notification for all commits of a moment, for ever.
async fn send(pool: Pool, notifier: Arc<Notifier>, me: String) {
    loop {
        tokio::select! {
            () = notifier.now.notified() => tokio::time::sleep(NOW).await,
            () = notifier.soon.notified() => {
                tokio::select! {
                    () = notifier.now.notified() => {}
                    () = tokio::time::sleep(SOON) => {}
                }
            }
        }
        let said = async {
            let client = pool.get().await?;
            let statement = client
                .prepare_cached("SELECT pg_notify('ringonce', $1)")
                .await?;
            client.execute(&statement, &[&me]).await?;
            Ok::<(), Failure>(())
        };
        if let Err(failure) = said.await {
            tracing::debug!(?failure, "others were not told of a change");
        }
    }
}
