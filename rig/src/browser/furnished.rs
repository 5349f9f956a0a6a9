//! A server with history: campaigns in several states, calls, bad rows, a blocked number. The judges of pages
//! look at these, not at empty ones.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ringonce_domain::{Number, Settings};
use serde_json::{Value, json};

use super::routes::{Route, pages};
use super::{Browser, Page, people};
use crate::callees::fictitious_numbers;
use crate::http::Client;
use crate::served::Served;
use crate::stopwatch::{Stopwatch, pause};

/// A slow machine needs about a minute.
const PATIENCE: Duration = Duration::from_mins(5);

/// The number of people on a list.
const GUESTS: usize = 48;

/// The server and the ids of what its pages show.
pub(crate) struct Furnished {
    pub(crate) server: Served,
    /// A client of its API that may do everything.
    pub(crate) client: Client,
    content: Content,
}

impl Furnished {
    /// Starts a server, and lets campaigns run on it.
    pub(crate) fn start(browser: &Browser) -> Result<Self> {
        let server = browser.serve(&["--speed", "60", "--skip-idle"])?;
        // The first link works until the first user is entered.
        people::first(&browser.page(&server, 1280, 900)?, &server.first_link()?)?;
        let client = server.client()?;
        let content = furnish(&client)?;
        Ok(Self {
            server,
            client,
            content,
        })
    }

    /// A window in which the first account is signed in.
    pub(crate) fn sign_in<'a>(
        &self,
        browser: &'a Browser,
        width: u32,
        height: u32,
    ) -> Result<Page<'a>> {
        let page = browser.page(&self.server, width, height)?;
        people::sign_in(&page, people::FIRST)?;
        page.sees("Sign out")?;
        Ok(page)
    }

    /// Every page that its server has.
    pub(crate) fn pages(&self) -> Result<Vec<Route>> {
        pages(&self.content)
    }

    /// Waits until every contact that was to be called has been.
    pub(crate) fn until_it_is_quiet(&self) -> Result<()> {
        let watch = Stopwatch::start();
        while watch.elapsed() < PATIENCE {
            let campaign: Value = self.client.get("/api/v1/campaigns/1")?;
            if campaign["state"] == "completed" {
                return Ok(());
            }
            pause(Duration::from_millis(100));
        }
        bail!("the campaign does not come to its end")
    }
}

/// Ids for the pages that need one.
pub(crate) struct Content {
    /// A campaign's id.
    pub(crate) campaign: u64,
    /// A draft's.
    pub(crate) draft: Option<u64>,
    /// An agent's.
    pub(crate) agent: u64,
    /// The first call's id.
    pub(crate) call: String,
    /// The number of the first contact.
    pub(crate) number: String,
    /// The path of an invitation that has not been used.
    pub(crate) invitation: String,
}

/// Makes campaigns, starts one, and waits for its first call.
pub(crate) fn furnish(client: &Client) -> Result<Content> {
    let numbers = fictitious_numbers();
    let list = guests(&numbers);
    campaign(client, "Renewals", &list, true)?;
    let longer = format!("{list}Nobody,202-555,Nowhere\n");
    campaign(client, "Appointments", &longer, false)?;
    Ok(Content {
        campaign: 1,
        draft: Some(2),
        agent: agent(client)?,
        call: a_call(client)?,
        number: numbers[0].to_string(),
        invitation: invitation(client)?,
    })
}

/// Makes an agent. Returns its id.
pub(crate) fn agent(client: &Client) -> Result<u64> {
    let settings: Value = serde_json::from_str(&Settings::at_any_hour().to_json())?;
    let wanted = json!({ "name": "Reminder", "content": settings["agent"] });
    let agent: Value = client.post("/api/v1/agents", &wanted.to_string())?.read()?;
    agent["id"].as_u64().context("an agent has no id")
}

/// Invites a person who does not come. Returns the path of the link.
pub(crate) fn invitation(client: &Client) -> Result<String> {
    let guest = r#"{"name": "Gus Guest", "email": "gus@example.com", "role": "viewer"}"#;
    let invited: Value = client.post("/api/v1/users", guest)?.read()?;
    let path = invited["path"].as_str();
    Ok(path.context("an invitation has no path")?.to_owned())
}

/// A list of invented people with their numbers, each in another area.
pub(crate) fn guests(numbers: &[Number]) -> String {
    const GIVEN: [&str; 8] = [
        "Amber", "Basil", "Clover", "Dahlia", "Elm", "Fern", "Ginger", "Hazel",
    ];
    const FAMILY: [&str; 6] = [
        "Sample",
        "Example",
        "Specimen",
        "Placeholder",
        "Model",
        "Instance",
    ];
    const CITIES: [&str; 5] = ["Norfolk", "Dover", "Salem", "Aurora", "Madison"];
    let mut list = "Name,Phone,City\n".to_owned();
    for (n, number) in numbers.iter().step_by(100).take(GUESTS).enumerate() {
        let (given, family) = (GIVEN[n % GIVEN.len()], FAMILY[n % FAMILY.len()]);
        let _ = writeln!(
            list,
            "{given} {family},{number},{}",
            CITIES[n % CITIES.len()]
        );
    }
    list
}

fn campaign(client: &Client, name: &str, list: &str, start: bool) -> Result<()> {
    let settings = Settings::at_any_hour().to_json();
    let mut fields = vec![("name", name), ("settings", &*settings)];
    if start {
        fields.push(("start", "true"));
    }
    client
        .post_file("/api/v1/campaigns", name, &fields, ("list.csv", list))?
        .read::<Value>()
        .map(drop)
}

/// The first call that there is.
pub(crate) fn a_call(client: &Client) -> Result<String> {
    let watch = Stopwatch::start();
    while watch.elapsed() < PATIENCE {
        let calls: Value = client.get("/api/v1/calls?limit=1")?;
        if let Some(id) = calls["items"][0]["id"].as_str() {
            return Ok(id.to_owned());
        }
        pause(Duration::from_millis(50));
    }
    bail!("nobody was called")
}
