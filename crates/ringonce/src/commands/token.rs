//! `token`: the deployment's own API tokens, each with a name that the audit trail shows.

use clap::Subcommand;
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{Millis, Permission, Timestamp, TokenId};
use ringonce_engine::entropy::SystemEntropy;
use ringonce_server::token::{self, Order};
use ringonce_store::model::{Page, Token};
use serde_json::json;

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::table;
use crate::times;

/// The longest name, in characters.
const NAME_CHARS: usize = 100;
/// Tokens that `token list` shows at most.
const SHOWN: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a token for the API and print it, this once
    #[command(after_help = "Examples:
  ringonce token create nightly-import > token.txt
  ringonce token create wallboard --scope campaigns:read --scope calls:read --expires 90d

It works at once, also with a server that runs already. Only its hash is kept. It belongs to nobody and
may everything, unless scopes say less; people make tokens of their own on the page of their account.")]
    Create {
        /// The user of the token; the audit trail shows it as `api:NAME`
        name: String,
        /// A permission, such as `campaigns:read`; may be given several times [default: all]
        #[arg(long = "scope", value_name = "PERMISSION")]
        scopes: Vec<Permission>,
        /// How long it is valid, such as `12h` or `90d` [default: until it is revoked]
        #[arg(long, value_name = "TIME", value_parser = lifetime)]
        expires: Option<Millis>,
    },
    /// List the latest thousand tokens, their owners, and when they were last used
    List,
    /// Revoke a token of any user at once
    Revoke {
        /// Its number, or its name if only one valid token has it
        token: String,
    },
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Create {
            name,
            scopes,
            expires,
        } => create(&name, scopes, expires, context).await,
        Command::List => list(context).await,
        Command::Revoke { token } => revoke(&token, context).await,
    }
}

/// `12h`, `90d`: hours or days.
pub(crate) fn lifetime(text: &str) -> Result<Millis, String> {
    let wrong = || "write hours or days, such as 12h or 90d; 3660d at most".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count = text.strip_suffix(unit).and_then(|n| n.parse::<u64>().ok());
    let count = count.ok_or_else(wrong)?;
    let hours = match unit {
        'h' => count,
        'd' => count.checked_mul(24).ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    if (1..=3_660 * 24).contains(&hours) {
        Ok(Millis::from_hours(hours))
    } else {
        Err(wrong())
    }
}

async fn create(
    name: &str,
    scopes: Vec<Permission>,
    expires: Option<Millis>,
    context: &Context,
) -> Result<(), Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(
            Failure::new(Exit::Usage, format!("{name:?} is no name for a token"))
                .help(format!("use 1 to {NAME_CHARS} characters")),
        );
    }
    let ledger = Ledger::open(&context.config).await?;
    let on = ledger.occasion().await?;
    let order = Order {
        name: name.to_owned(),
        owner: None,
        scopes: (!scopes.is_empty()).then_some(scopes),
        expires: expires.map(|lasts| on.wall + lasts),
    };
    let until = order.expires;
    let made = token::create(ledger.store.as_ref(), &SystemEntropy, order, on).await?;
    let Some((token, id)) = made else {
        return Err(Failure::new(
            Exit::Failed,
            format!("there is a token named {name} already"),
        )
        .help("choose another name, or revoke that one first; a token that is lost cannot be shown again"));
    };
    context.out.line(&token);
    context.out.document(
        &json!({ "id": id, "name": name, "token": token, "expires_at": until.map(|at| at.to_string()) }),
    );
    Ok(())
}

async fn list(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let tokens = latest(&ledger).await?;
    context.out.document(&tokens);
    let now = SystemClock.now();
    let mut rows = table([
        "token ",
        "name",
        "owner",
        "may",
        "state",
        "made",
        "last used",
    ]);
    for token in &tokens {
        rows.add_row([
            token.id.to_string(),
            token.name.clone(),
            token
                .owner
                .map_or_else(|| "machine".to_owned(), |id| format!("user {id}")),
            scopes(token),
            state(token, now),
            times::utc(token.created_at),
            token.used_at.map(times::utc).unwrap_or_default(),
        ]);
    }
    context.out.table(&rows);
    Ok(())
}

async fn latest(ledger: &Ledger) -> Result<Vec<Token>, Failure> {
    let page = Page {
        after: None,
        limit: SHOWN,
    };
    Ok(ledger.store.tokens(None, page).await?)
}

fn scopes(token: &Token) -> String {
    match &token.scopes {
        None => "everything".to_owned(),
        Some(scopes) => {
            let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
            words.join(" ")
        }
    }
}

fn state(token: &Token, now: Timestamp) -> String {
    match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", times::utc(at)),
        (None, Some(at)) if at <= now => format!("expired {}", times::utc(at)),
        (None, Some(at)) => format!("works until {}", times::utc(at)),
        (None, None) => "works".to_owned(),
    }
}

async fn revoke(which: &str, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let tokens = latest(&ledger).await?;
    let works = |token: &&Token| token.revoked_at.is_none();
    let named: Vec<_> = tokens
        .iter()
        .filter(works)
        .filter(|token| token.name == which)
        .collect();
    let id = match (named.as_slice(), which.parse::<TokenId>()) {
        ([token], _) => token.id,
        ([], Ok(id)) => id,
        ([], Err(_)) => {
            return Err(
                Failure::new(Exit::Failed, format!("no token named {which} works"))
                    .help("`ringonce token list` shows all"),
            );
        }
        (several, _) => {
            let ids: Vec<_> = several.iter().map(|token| token.id.to_string()).collect();
            return Err(Failure::new(
                Exit::Failed,
                format!("{} tokens are named {which}", several.len()),
            )
            .help(format!("name one by its number: {}", ids.join(", "))));
        }
    };
    let revoked = ledger
        .store
        .revoke_token(id, ledger.occasion().await?)
        .await?;
    context.out.line(if revoked {
        format!("Token {id} is revoked")
    } else {
        format!("Token {id} was revoked before")
    });
    context
        .out
        .document(&json!({ "id": id, "revoked": revoked }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_hours_or_days_within_reason() {
        assert_eq!(lifetime("12h"), Ok(Millis::from_hours(12)));
        assert_eq!(lifetime("90d"), Ok(Millis::from_days(90)));
        for wrong in [
            "",
            "d",
            "0d",
            "90",
            "-1d",
            "1w",
            "4000d",
            "99999999999999999999d",
            "9é",
        ] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}
