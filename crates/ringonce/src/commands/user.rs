//! `user`: the people who may sign in, managed by the operator of the machine.
//!
//! Links are printed once; the ledger has only their hash.

use clap::Subcommand;
use ringonce_domain::{Email, Role};
use ringonce_engine::entropy::SystemEntropy;
use ringonce_server::links;
use ringonce_store::model::{NAME_CHARS, NewUser, Page, User, UserChange};
use serde_json::json;

use crate::Context;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::table;
use crate::times;

/// People that are read at a time.
const PAGE: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a person who may sign in, and print the link by which they choose a password
    #[command(after_help = "Example:
  ringonce user add ann@example.com --role operator --name \"Ann Archer\"

Give the link to them by a way that only they read. It works once, and for a week.")]
    Add {
        /// Their e-mail address, by which they sign in
        email: Email,
        /// Their role: viewer, agent, operator, supervisor or admin
        #[arg(long)]
        role: Role,
        /// Their name [default: the address up to the @]
        #[arg(long)]
        name: Option<String>,
    },
    /// List all people who may sign in
    List,
    /// Print another link for a person who has not chosen a password yet
    Invite {
        /// Their e-mail address
        email: Email,
    },
    /// Print a link by which a person chooses another password; it works once, and for a day
    Reset {
        /// Their e-mail address
        email: Email,
        /// Remove their second factor too, when it and the recovery codes are lost
        #[arg(long)]
        two_factor: bool,
    },
    /// Sign a person out everywhere and refuse further sign-ins; their tokens stop working
    Disable {
        /// Their e-mail address
        email: Email,
    },
    /// Let a disabled person sign in again
    Enable {
        /// Their e-mail address
        email: Email,
    },
    /// Change a person's role; they are signed out
    Role {
        /// Their e-mail address
        email: Email,
        /// viewer, agent, operator, supervisor or admin
        role: Role,
    },
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Add { email, role, name } => add(email, role, name, context).await,
        Command::List => list(context).await,
        Command::Invite { email } => {
            let ledger = Ledger::existing(&context.config).await?;
            let user = named(&ledger, &email).await?;
            if user.password_set {
                return Err(
                    Failure::new(Exit::Failed, format!("{email} has a password already")).help(
                        format!("`ringonce user reset {email}` lets them choose another"),
                    ),
                );
            }
            show_link(&ledger, &user, context).await
        }
        Command::Reset { email, two_factor } => {
            let ledger = Ledger::existing(&context.config).await?;
            let user = named(&ledger, &email).await?;
            if two_factor {
                let change = UserChange::RemoveTwoFactor { keep: None };
                let on = ledger.occasion().await?;
                ledger.store.change_user(user.id, change, on).await?;
            }
            show_link(&ledger, &user, context).await
        }
        Command::Disable { email } => change(&email, UserChange::Disable, context).await,
        Command::Enable { email } => change(&email, UserChange::Enable, context).await,
        Command::Role { email, role } => change(&email, UserChange::Role(role), context).await,
    }
}

async fn add(
    email: Email,
    role: Role,
    name: Option<String>,
    context: &Context,
) -> Result<(), Failure> {
    let name = name.unwrap_or_else(|| email.local_part().to_owned());
    if name.trim().is_empty()
        || name.chars().count() > NAME_CHARS
        || name.chars().any(char::is_control)
    {
        return Err(
            Failure::new(Exit::Usage, format!("{name:?} is no name for a person"))
                .help(format!("use 1 to {NAME_CHARS} characters")),
        );
    }
    let ledger = Ledger::open(&context.config).await?;
    let new = NewUser {
        email,
        name,
        role,
        password: None,
        language: None,
        zone: None,
    };
    let id = ledger.store.add_user(new, ledger.occasion().await?).await?;
    let user = ledger.store.user(id).await?;
    show_link(&ledger, &user, context).await
}

/// Makes a link by which a person chooses a password, and shows it, this once.
async fn show_link(ledger: &Ledger, user: &User, context: &Context) -> Result<(), Failure> {
    if user.disabled_at.is_some() {
        return Err(
            Failure::new(Exit::Failed, format!("{} is disabled", user.email))
                .help(format!("`ringonce user enable {}` first", user.email)),
        );
    }
    let on = ledger.occasion().await?;
    let given = links::for_user(ledger.store.as_ref(), &SystemEntropy, user, on).await?;
    let url = format!("{}{}", base(&context.config), given.path);
    context.out.line(format!(
        "{} chooses a password at this link, once, until {}:",
        user.email,
        times::utc(given.expires)
    ));
    context.out.line(&url);
    context.out.document(
        &json!({ "user": user, "link": url, "link_expires_at": given.expires.to_string() }),
    );
    Ok(())
}

/// The server's address for people, as far as the configuration gives it.
fn base(config: &Config) -> String {
    let url = config.server.public_url.clone();
    let url = url.unwrap_or_else(|| format!("http://{}", config.server.listen));
    url.trim_end_matches('/').to_owned()
}

async fn named(ledger: &Ledger, email: &Email) -> Result<User, Failure> {
    match ledger.store.credentials(email).await? {
        Some(found) => Ok(found.user),
        None => Err(
            Failure::new(Exit::Failed, format!("there is no user {email}"))
                .help("`ringonce user list` shows all"),
        ),
    }
}

async fn change(email: &Email, change: UserChange, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let user = named(&ledger, email).await?;
    let on = ledger.occasion().await?;
    ledger.store.change_user(user.id, change, on).await?;
    let user = ledger.store.user(user.id).await?;
    context.out.line(format!(
        "{email} is {}, {}",
        article(user.role),
        state(&user)
    ));
    context.out.document(&user);
    Ok(())
}

fn article(role: Role) -> String {
    let an = matches!(role, Role::Agent | Role::Operator | Role::Admin);
    format!("{} {role}", if an { "an" } else { "a" })
}

async fn list(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let mut users: Vec<User> = Vec::new();
    loop {
        let page = Page {
            after: users.last().map(|user| user.id),
            limit: PAGE,
        };
        let more = ledger.store.users(page).await?;
        if more.is_empty() {
            break;
        }
        users.extend(more);
    }
    context.out.document(&users);
    if users.is_empty() {
        context
            .out
            .line("Nobody signs in yet; `ringonce user add` enters somebody");
        return Ok(());
    }
    let mut rows = table([
        "e-mail",
        "name",
        "role",
        "state",
        "second factor",
        "last signed in",
    ]);
    for user in &users {
        rows.add_row([
            user.email.to_string(),
            user.name.clone(),
            user.role.to_string(),
            state(user).to_owned(),
            if user.two_factor { "yes" } else { "no" }.to_owned(),
            user.signed_in_at.map(times::utc).unwrap_or_default(),
        ]);
    }
    context.out.table(&rows);
    Ok(())
}

fn state(user: &User) -> &'static str {
    match (user.disabled_at.is_some(), user.password_set) {
        (true, _) => "disabled",
        (false, true) => "may sign in",
        (false, false) => "invited",
    }
}
