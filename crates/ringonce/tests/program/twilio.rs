//! Calls through the adapter to Twilio and the look-alike, each a process of the real program.

use std::net::TcpListener;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{Folder, pause, signal};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const OTHER_ACCOUNT: &str = "AC00000000000000000000000000000002";
const TOKEN: &str = "00112233445566778899aabbccddeeff";

/// A process that ends when this value is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The look-alike, and an instance that calls through it.
struct Exchange {
    folder: Folder,
    address: String,
    _twilio: Running,
    server: Running,
}

impl Exchange {
    fn open(options: &str) -> Self {
        let folder = Folder::new();
        let (twilio, url) = look_alike(&folder, ACCOUNT, "truth.jsonl", options);
        let address = format!("127.0.0.1:{}", free_port());
        // Several lost answers in a row would rightly trip the emergency stop.
        let config = format!(
            "[server]\npublic_url = \"http://{address}\"\n\
             [safety]\nconsecutive_failures = 1000\n{}",
            section("twilio", ACCOUNT, &url)
        );
        folder.write("ringonce.toml", config);
        let server = serve(&folder, &address);
        Self {
            folder,
            address,
            _twilio: twilio,
            server,
        }
    }

    /// Calls these numbers, and returns when all have ended.
    fn call(&self, agent: &Value, numbers: &[&str], more: &Value) {
        self.begin(agent, numbers, more);
        self.until_completed();
    }

    fn until_completed(&self) {
        let state = || self.folder.json("campaign list")[0]["state"].clone();
        until(|| state() == "completed", "the campaign is completed");
    }

    /// Begins to call these numbers.
    fn begin(&self, agent: &Value, numbers: &[&str], more: &Value) {
        let rows: Vec<String> = numbers.iter().map(|it| format!("Ada,{it}")).collect();
        self.folder
            .write("list.csv", format!("name,phone\n{}\n", rows.join("\n")));
        let mut settings = json!({
            "carrier": "twilio", "agent": agent, "ring_seconds": 40,
            "pacing": { "delay_seconds": 0, "calls_at_once": 20 },
            "business_hours": { "enabled": false }, "callee_hours": { "enabled": false },
            "retry": { "max_retries": 0 }
        });
        for (key, value) in more.as_object().unwrap() {
            settings[key] = value.clone();
        }
        self.folder.write("settings.json", settings.to_string());
        let made =
            "campaign create list.csv --config ringonce.toml --settings settings.json --start";
        self.folder.ok(made);
    }

    /// The outcome of the call to a number, and why the number is blocked.
    fn number(&self, number: &str) -> (Value, Value) {
        let shown = self.folder.json(&format!("numbers show {number}"));
        (
            shown["calls"][0]["outcome"].clone(),
            shown["blocked"]["reason"].clone(),
        )
    }

    /// Calls that reached a phone, by the look-alike's own log.
    fn rings(&self) -> usize {
        self.folder
            .read("truth.jsonl")
            .matches("\"event\":\"ringing\"")
            .count()
    }
}

/// The configuration of an account.
fn section(name: &str, account: &str, url: &str) -> String {
    format!(
        "[carriers.{name}]\nkind = \"twilio\"\naccount_sid = \"{account}\"\nauth_token = \"{TOKEN}\"\n\
         caller_ids = [\"+12025550100\"]\ncalls_per_second = 50.0\nbase_url = \"{url}\"\n"
    )
}

/// An instance that answers.
fn serve(folder: &Folder, address: &str) -> Running {
    let mut command = folder.command(&format!("serve --config ringonce.toml --listen {address}"));
    let server = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    until(
        || std::net::TcpStream::connect(address).is_ok(),
        "the server answers",
    );
    server
}

fn look_alike(folder: &Folder, account: &str, log: &str, options: &str) -> (Running, String) {
    let words = format!(
        "twilio-sim --listen 127.0.0.1:0 --speed 40 --cps 100 --log {log} --json \
         --account {account} --auth-token {TOKEN} {options}"
    );
    let child = folder.command(&words).stdout(Stdio::piped()).spawn();
    let mut running = Running(child.unwrap());
    let stdout = running.0.stdout.take().unwrap();
    let mut documents = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
    let told = documents.next().unwrap().unwrap();
    (running, told["url"].as_str().unwrap().to_owned())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn until(mut holds: impl FnMut() -> bool, what: &str) {
    for _ in 0..6_000 {
        if holds() {
            return;
        }
        pause();
    }
    panic!("not in time: {what}");
}

#[test]
fn everybody_is_rung_once_and_every_outcome_is_the_carriers() {
    let exchange = Exchange::open("");
    let agent = json!({ "kind": "text", "text": "Hello {name}." });
    let expected = [
        ("+12025550101", "answered"),
        ("+12025550150", "busy"),
        ("+12025550155", "no_answer"),
        ("+12025550160", "bad_number"),
        ("+12025550165", "congestion"),
        ("+12025550190", "failed"),
    ];
    let numbers: Vec<&str> = expected.iter().map(|(number, _)| *number).collect();
    exchange.call(&agent, &numbers, &json!({}));
    for (number, outcome) in expected {
        assert_eq!(exchange.number(number).0, outcome, "{number}");
    }
    let (_, blocked) = exchange.number("+12025550160");
    assert!(
        blocked.is_string(),
        "a number that does not exist is blocked"
    );
    let proof = exchange.folder.ok("prove --all --config ringonce.toml");
    assert!(proof.stdout.contains("twilio's list"), "{}", proof.stdout);
    let proof = exchange.folder.json("prove --all --config ringonce.toml");
    let theirs = &proof["carrier"];
    assert_eq!(theirs["lists_of"], json!(["twilio"]), "{proof}");
    assert_eq!(theirs["numbers"], 3, "answered, busy, no answer: {proof}");
    assert_eq!(theirs["numbers_rung_twice"], 0, "{proof}");
    assert_eq!(theirs["not_in_the_ledger"], 0, "{proof}");
    let proof = exchange.folder.ok("prove --all");
    assert!(
        proof.stdout.contains("numbers rung twice") && proof.stdout.contains("left out"),
        "{}",
        proof.stdout
    );
    let proof = exchange.folder.ok("prove +12025550101");
    assert!(
        proof.stdout.contains("1 ring by the ledger"),
        "{}",
        proof.stdout
    );
}

#[test]
fn a_key_opts_out_and_another_is_noted() {
    let exchange = Exchange::open("");
    let agent = json!({
        "kind": "menu", "text": "Press 9 to hear no more of us, 1 to come.",
        "keys": { "9": { "do": "opt_out" }, "1": { "do": "disposition", "word": "will come" } }
    });
    exchange.call(
        &agent,
        &["+12025550149", "+12025550141", "+12025550101"],
        &json!({}),
    );
    let (outcome, blocked) = exchange.number("+12025550149");
    assert_eq!(outcome, "answered");
    assert!(
        blocked.as_str().is_some_and(|it| it.contains("key 9")),
        "{blocked}"
    );
    assert_eq!(exchange.number("+12025550141").1, Value::Null);
    let calls = exchange.folder.json("numbers show +12025550141");
    let call = calls["calls"][0]["id"].as_str().unwrap();
    let shown = exchange.folder.json(&format!("calls show {call}"));
    assert!(shown.to_string().contains("will come"), "{shown}");
}

#[test]
fn what_is_lost_is_found_and_nobody_is_rung_twice() {
    let exchange = Exchange::open(
        "--lost-create-responses 0.5 --callback-repetitions 5 --callback-delay-ms 500 \
         --forged-callbacks 0.2",
    );
    let agent = json!({ "kind": "text", "text": "Hello." });
    let numbers: Vec<String> = (101..150).map(|n| format!("+12025550{n}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    exchange.call(&agent, &numbers, &json!({}));
    assert_eq!(exchange.rings(), 49);
    for number in numbers {
        assert_eq!(exchange.number(number).0, "answered", "{number}");
    }
}

#[test]
fn an_instance_that_is_killed_leaves_its_calls_to_the_next() {
    let mut exchange = Exchange::open("");
    // Long enough that calls go on while there is no instance.
    let agent = json!({ "kind": "text", "text": "Hello. ".repeat(400) });
    let numbers: Vec<String> = (101..121).map(|n| format!("+12025550{n}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    exchange.begin(&agent, &numbers, &json!({}));
    until(|| exchange.rings() == numbers.len(), "calls are under way");
    exchange.server.0.kill().unwrap();
    exchange.server.0.wait().unwrap();
    let refused = exchange.folder.run("serve --listen 127.0.0.1:0");
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("real calls"), "{}", refused.stderr);
    let hurried = "serve --config ringonce.toml --listen 127.0.0.1:0 --speed 60";
    let refused = exchange.folder.run(hurried);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    exchange.server = serve(&exchange.folder, &exchange.address);
    exchange.until_completed();
    assert_eq!(exchange.rings(), numbers.len(), "each is rung once");
    for number in numbers {
        assert_eq!(exchange.number(number).0, "answered", "{number}");
    }
    let instances = exchange.folder.json("instances");
    let instances = instances.as_array().unwrap();
    let living = instances.iter().find(|it| it["state"] == "living");
    let address = format!("http://{}", exchange.address);
    assert_eq!(living.unwrap()["address"], address, "{instances:?}");
    signal("TERM", &exchange.server.0);
    assert!(exchange.server.0.wait().unwrap().success());
    let left = exchange.folder.json("instances");
    let states = left.as_array().unwrap().iter().map(|it| &it["state"]);
    assert_eq!(states.filter(|it| *it == "left").count(), 1, "{left}");
}

#[test]
fn a_campaign_calls_with_its_account_and_no_other_takes_over_its_calls() {
    let mut exchange = Exchange::open("");
    let agent = json!({ "kind": "text", "text": "Hello. ".repeat(400) });
    let numbers = ["+12025550101", "+12025550102"];
    exchange.begin(&agent, &numbers, &json!({}));
    until(|| exchange.rings() == numbers.len(), "calls are under way");
    exchange.server.0.kill().unwrap();
    exchange.server.0.wait().unwrap();

    let config = exchange.folder.read("ringonce.toml");
    let replaced = config.replace(ACCOUNT, OTHER_ACCOUNT);
    exchange.folder.write("ringonce.toml", replaced);
    let serving = "serve --config ringonce.toml --listen 127.0.0.1:0";
    let refused = exchange.folder.run(serving);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    for words in [
        "calls are under way",
        ACCOUNT,
        OTHER_ACCOUNT,
        "a name of its own",
    ] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }

    let (_other, url) = look_alike(&exchange.folder, OTHER_ACCOUNT, "other.jsonl", "");
    let both = format!("{config}{}", section("clinic-b", OTHER_ACCOUNT, &url));
    exchange.folder.write("ringonce.toml", both);
    exchange.server = serve(&exchange.folder, &exchange.address);
    exchange.until_completed();
    assert_eq!(exchange.rings(), numbers.len(), "each is rung once");

    let short = json!({ "kind": "text", "text": "Hello." });
    exchange.call(&short, &["+12025550103"], &json!({ "carrier": "clinic-b" }));
    assert_eq!(exchange.number("+12025550103").0, "answered");
    assert_eq!(exchange.rings(), numbers.len(), "the other account called");
    let theirs = exchange.folder.read("other.jsonl");
    assert_eq!(theirs.matches("\"event\":\"ringing\"").count(), 1);
}

#[test]
fn a_machine_is_hung_up_on_or_left_the_message() {
    let exchange = Exchange::open("");
    let agent = json!({ "kind": "text", "text": "Hello.", "voicemail": "Call us back." });
    let hang_up = json!({ "machines": { "then": "hang_up", "detection": "async" } });
    exchange.call(&agent, &["+12025550170"], &hang_up);
    // Asynchronous detection would end after so short a text.
    let message = json!({ "machines": { "then": "leave_message", "detection": "sync" } });
    exchange.call(&agent, &["+12025550171"], &message);
    assert_eq!(exchange.number("+12025550170").0, "answered");
    assert_eq!(exchange.number("+12025550171").0, "answered");
    let shown = exchange.folder.json("numbers show +12025550171");
    let call = shown["calls"][0]["id"].as_str().unwrap();
    let shown = exchange.folder.json(&format!("calls show {call}"));
    assert!(shown.to_string().contains("machine"), "{shown}");
}

#[test]
fn a_recorded_call_is_fetched_checked_and_kept_under_its_name() {
    let exchange = Exchange::open("");
    let agent = json!({ "kind": "text", "text": "Hello {name}. This call is recorded." });
    let record = json!({ "record": true });
    let numbers = ["+12025550101", "+12025550102", "+12025550150"];
    exchange.call(&agent, &numbers, &record);
    let stored = || {
        let listed = exchange.folder.json("recordings list --state stored");
        listed["items"].as_array().unwrap().clone()
    };
    until(|| stored().len() == 2, "both recordings are stored");
    for it in stored() {
        let path = it["path"].as_str().unwrap();
        assert!(path.starts_with("1-") && path.contains(".wav"), "{path}");
        assert!(path.contains(it["call"].as_str().unwrap()), "{path}");
        let kept = exchange.folder.path("ringonce-data/recordings").join(path);
        let sound = std::fs::read(kept).unwrap();
        assert_eq!(&sound[..4], b"RIFF");
        assert_eq!(it["bytes"], sound.len());
        assert!(it["seconds"].as_u64().is_some_and(|it| it > 0), "{it}");
    }
    let missing = exchange.folder.json("recordings list --state missing");
    assert_eq!(missing["items"], json!([]));
}
