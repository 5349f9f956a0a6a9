//! An instance whose carrier is another process: webhooks in place of a channel, lost answers, and
//! a carrier's log that only the carrier writes.

use crate::serve::Server;
use crate::simulator::Simulator;
use crate::support::{Folder, list, pause};

const SETTINGS: &str = r#"{"business_hours": {"enabled": false}, "callee_hours": {"enabled": false},
    "retry": {"max_retries": 0}, "pacing": {"delay_seconds": 0, "calls_at_once": 30}}"#;

/// Faults that cost no call more than a few seconds.
const FAULTS: &str = r#"{"lost_response": 0.2, "repeated_event": 0.3, "reordered_event": 0.3}"#;

fn until_completed(folder: &Folder) {
    for _ in 0..6_000 {
        if folder.json("campaign show 1")["state"] == "completed" {
            return;
        }
        pause();
    }
    panic!("not completed: {}", folder.json("campaign show 1"));
}

/// How often the carrier took a call to each number.
fn placed(log: &str) -> std::collections::BTreeMap<String, usize> {
    let mut placed = std::collections::BTreeMap::new();
    for line in log.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        if entry["event"] == "placed" {
            let number = entry["number"].as_str().unwrap().to_owned();
            *placed.entry(number).or_default() += 1;
        }
    }
    placed
}

#[test]
fn a_campaign_is_called_through_a_carrier_in_another_process() {
    let folder = Folder::new();
    folder.write("list.csv", list(40));
    folder.write("settings.json", SETTINGS);
    folder.write("faults.json", FAULTS);
    folder.write("ringonce.toml", "[safety]\nconsecutive_failures = 1000\n");
    let simulator = Simulator::start(
        &folder,
        "--faults faults.json --everyone answers --talk-seconds 1 --hurry 20",
    );
    let server = Server::start(
        &folder,
        &format!("--config ringonce.toml --simulator {}", simulator.url),
    );
    folder.ok("campaign create list.csv --settings settings.json --start");
    until_completed(&folder);
    let placed = placed(&folder.read("simulator.log"));
    assert_eq!(placed.len(), 40, "somebody was forgotten");
    assert!(placed.values().all(|calls| *calls == 1), "{placed:?}");
    let outcomes = &folder.json("campaign show 1")["outcomes"];
    assert_eq!(
        outcomes[0],
        serde_json::json!(["answered", 40]),
        "{outcomes}"
    );

    let proof = folder.json("prove --all --log simulator.log");
    assert_eq!(proof["carrier"]["numbers"], 40, "{proof}");
    assert_eq!(proof["carrier"]["numbers_rung_twice"], 0, "{proof}");
    assert!(folder.ok("prove --all").stderr.contains("--log FILE"));
    assert_eq!(folder.run("prove --all --log no-such.log").code, 3);

    let living = folder.json("instances");
    assert_eq!(living[0]["state"], "living", "{living}");
    assert_eq!(living[0]["address"], format!("http://{}", server.address));
    assert_eq!(server.end("TERM"), 0);
    let left = folder.json("instances");
    assert_eq!(left[0]["state"], "left", "{left}");
    assert_eq!(simulator.end("TERM"), 0);
}

#[test]
fn an_instance_that_is_killed_leaves_calls_to_the_next_and_no_call_to_another_carrier() {
    let folder = Folder::new();
    folder.write("list.csv", list(10));
    folder.write("settings.json", SETTINGS);
    let simulator = Simulator::start(&folder, "--everyone answers --talk-seconds 5 --hurry 20");
    let options = format!("--simulator {}", simulator.url);
    let server = Server::start(&folder, &options);
    folder.ok("campaign create list.csv --settings settings.json --start");
    folder.wait_for_lines("simulator.log", 20);
    server.end("KILL");
    let refused = folder.run("serve --listen 127.0.0.1:0");
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("simulator process"),
        "{}",
        refused.stderr
    );
    let server = Server::start(&folder, &options);
    until_completed(&folder);
    let placed = placed(&folder.read("simulator.log"));
    assert_eq!(placed.len(), 10, "somebody was forgotten");
    assert!(placed.values().all(|calls| *calls == 1), "{placed:?}");
    assert_eq!(server.end("TERM"), 0);
    Server::start(&folder, "").end("TERM");
}

#[test]
fn options_of_a_world_inside_do_not_go_with_a_carrier_outside() {
    let folder = Folder::new();
    for option in ["--speed 60", "--skip-idle", "--seed 3"] {
        let refused = folder.run(&format!("serve --simulator http://127.0.0.1:9100 {option}"));
        assert_eq!(refused.code, 2, "{option}: {}", refused.stderr);
    }
    let refused = folder.run("serve --listen 127.0.0.1:0 --simulator 127.0.0.1:9100");
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("http://127.0.0.1:9100"),
        "{}",
        refused.stderr
    );
}
