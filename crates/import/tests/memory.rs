//! Memory stays bounded, whatever the size of the file or of one line. It is a process of its own, so
//! that its peak is that of one import.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::fs::File;
use std::io::{BufWriter, Write};

use ringonce_import::{Batch, Options, Row, open, sample};

/// The peak resident memory of this process, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}

/// How many contacts and rejected rows a file has.
fn count(file: &File, path: &std::path::Path) -> (usize, usize) {
    file.sync_data().unwrap();
    let options = Options {
        region: sample::REGION.parse().ok(),
        ..Options::default()
    };
    let mut reader = open(path, &options).unwrap();
    let mut batch = Batch::new();
    let (mut contacts, mut rejected) = (0, 0);
    while reader.next_batch(&mut batch).unwrap() {
        let bad = batch
            .rows()
            .filter(|row| matches!(row, Row::Rejected { .. }))
            .count();
        rejected += bad;
        contacts += batch.len() - bad;
    }
    assert_eq!(reader.progress().0, reader.progress().1);
    (contacts, rejected)
}

#[test]
fn neither_many_rows_nor_an_endless_line_cost_memory() {
    let small = tempfile::NamedTempFile::new().unwrap();
    sample::write_csv(20_000, 1, BufWriter::new(small.as_file())).unwrap();
    count(small.as_file(), small.path());
    let after_small = peak();

    let large = tempfile::NamedTempFile::new().unwrap();
    sample::write_csv(200_000, 1, BufWriter::new(large.as_file())).unwrap();
    let (contacts, rejected) = count(large.as_file(), large.path());
    assert_eq!(contacts + rejected, 200_000);
    let after_large = peak();
    // The sample itself keeps 16 bytes of each person while it is written.
    assert!(
        after_large <= after_small + 10,
        "{after_small} MiB, then {after_large} MiB"
    );

    let endless = tempfile::NamedTempFile::new().unwrap();
    let mut out = BufWriter::new(endless.as_file());
    out.write_all(b"name,phone\nAda,2025550123\n").unwrap();
    for _ in 0..128 {
        out.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    out.write_all(b"\nBob,2025550124\n").unwrap();
    drop(out);
    assert_eq!(count(endless.as_file(), endless.path()), (2, 1));
    assert!(
        peak() <= after_large + 64,
        "{after_large} MiB, then {} MiB",
        peak()
    );
}
