//! Where the log is kept: a file, or memory that outlives the simulator.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::log::{Entry, LogError};

/// Where a simulator writes its log.
#[derive(Clone, Debug)]
pub enum Log {
    /// A file, made when it is not there, and locked while a simulator has it open.
    File(PathBuf),
    /// Memory, shared by all clones.
    Memory(MemoryLog),
}

/// A log in memory: the world of a test, which goes on when the process under test "dies".
#[derive(Clone, Debug, Default)]
pub struct MemoryLog(Arc<Mutex<Vec<u8>>>);

impl MemoryLog {
    /// A copy of everything written so far.
    pub fn contents(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn append(&self, line: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(line);
    }

    fn ends_torn(&self) -> bool {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.last().is_some_and(|last| *last != b'\n')
    }
}

impl From<Vec<u8>> for MemoryLog {
    /// A log that an earlier run wrote.
    fn from(contents: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(contents)))
    }
}

impl Log {
    /// Opens the log for reading, whether or not a simulator writes to it.
    ///
    /// # Errors
    /// [`LogError::Io`] when there is no such file or it cannot be read.
    pub fn reader(&self) -> Result<Box<dyn BufRead + Send>, LogError> {
        match self {
            Self::File(path) => {
                let file = File::open(path).map_err(|source| self.failed("open", source))?;
                Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
            }
            Self::Memory(log) => Ok(Box::new(Cursor::new(log.contents()))),
        }
    }

    /// Opens the log for appending, on a fresh line.
    ///
    /// # Errors
    /// [`LogError::InUse`] when another simulator writes to the file, [`LogError::Io`] when it
    /// cannot be made, read or written.
    pub(super) fn writer(&self) -> Result<Writer, LogError> {
        let (place, ends_torn) = match self {
            Self::File(path) => {
                let mut options = OpenOptions::new();
                let mut file = options
                    .read(true)
                    .append(true)
                    .create(true)
                    .open(path)
                    .map_err(|source| self.failed("open", source))?;
                match file.try_lock() {
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => {
                        return Err(LogError::InUse(path.display().to_string()));
                    }
                    Err(TryLockError::Error(source)) => return Err(self.failed("lock", source)),
                }
                let (len, torn) =
                    examine_end(&mut file).map_err(|source| self.failed("read", source))?;
                (Place::File { file, len }, torn)
            }
            Self::Memory(log) => (Place::Memory(log.clone()), log.ends_torn()),
        };
        Ok(Writer {
            place,
            line: Vec::with_capacity(512),
            ends_torn,
        })
    }

    pub(super) fn failed(&self, doing: &'static str, source: io::Error) -> LogError {
        let name = match self {
            Self::File(path) => path.display().to_string(),
            Self::Memory(_) => "in memory".into(),
        };
        LogError::Io {
            doing,
            name,
            source,
        }
    }
}

/// The length of the file, and whether its last line lacks its end.
fn examine_end(file: &mut File) -> io::Result<(u64, bool)> {
    let len = file.seek(SeekFrom::End(0))?;
    if len == 0 {
        return Ok((len, false));
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok((len, last != *b"\n"))
}

/// Appends lines.
#[derive(Debug)]
pub(super) struct Writer {
    place: Place,
    line: Vec<u8>,
    /// The last line lacks its end.
    ends_torn: bool,
}

#[derive(Debug)]
enum Place {
    File {
        file: File,
        /// Bytes up to the end of the last line that was written.
        len: u64,
    },
    Memory(MemoryLog),
}

impl Writer {
    /// Hands one line to the operating system; when that fails, the entry did not happen, and what
    /// was written of it is taken back.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.line.clear();
        if self.ends_torn {
            self.line.push(b'\n');
        }
        serde_json::to_writer(&mut self.line, entry)?;
        self.line.push(b'\n');
        match &mut self.place {
            Place::File { file, len } => {
                if let Err(error) = file.write_all(&self.line) {
                    self.ends_torn |= file.set_len(*len).is_err();
                    return Err(error);
                }
                *len += self.line.len() as u64;
            }
            Place::Memory(log) => log.append(&self.line),
        }
        self.ends_torn = false;
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
impl Writer {
    /// One whose disk is full.
    #[expect(clippy::unwrap_used, reason = "every Linux has the device")]
    pub(super) fn full() -> Self {
        let file = OpenOptions::new().append(true).open("/dev/full").unwrap();
        Self {
            place: Place::File { file, len: 0 },
            line: Vec::new(),
            ends_torn: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_with(contents: &[u8]) -> (tempfile::TempDir, Log) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("simulator.log");
        std::fs::write(&path, contents).unwrap();
        (folder, Log::File(path))
    }

    #[test]
    fn a_file_has_one_writer_at_a_time_and_any_number_of_readers() {
        let (_folder, log) = file_with(b"");
        let writer = log.writer().unwrap();
        assert!(matches!(log.writer(), Err(LogError::InUse(_))));
        assert!(log.reader().is_ok());
        drop(writer);
        assert!(log.writer().is_ok());
    }

    #[test]
    fn a_torn_end_is_noticed_in_a_file_and_in_memory() {
        for (contents, torn) in [
            ("", false),
            ("{}\n", false),
            ("{", true),
            ("{}\n{\"at\":", true),
        ] {
            let memory = MemoryLog::default();
            memory.append(contents.as_bytes());
            let (_folder, file) = file_with(contents.as_bytes());
            for log in [Log::Memory(memory), file] {
                assert_eq!(
                    log.writer().unwrap().ends_torn,
                    torn,
                    "{contents:?} in {log:?}"
                );
            }
        }
    }

    #[test]
    fn a_path_that_cannot_be_written_is_named() {
        let log = Log::File("/nonexistent/simulator.log".into());
        let refusal = log.writer().unwrap_err().to_string();
        assert!(refusal.contains("/nonexistent/simulator.log"), "{refusal}");
    }
}
