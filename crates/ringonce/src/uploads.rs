//! The folder in which an instance keeps uploads while it reads them.
//!
//! Instances may share a data folder, so each has a folder of its own there, and a lock beside it that
//! the system releases when the process ends in any way. A folder whose lock is free is abandoned, and
//! the next instance that starts removes it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use ringonce_domain::InstanceId;

use crate::failure::Failure;

/// Where the folders are, in the data folder.
const UPLOADS: &str = "uploads";
/// The extension of the locks beside them.
const LOCK: &str = "lock";
/// A lock for starting instances; the file stays and has no content.
const DOOR: &str = "door";

/// An instance's own folder; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Uploads {
    folder: PathBuf,
    lock: PathBuf,
    /// Held for as long as the folder is in use.
    _held: File,
}

impl Uploads {
    /// A new folder for an instance; those of dead processes are removed.
    pub(crate) fn of(instance: InstanceId, data: &Path) -> Result<Self, Failure> {
        let all = data.join(UPLOADS);
        Self::make(instance, &all).map_err(|error| Failure::of_file(&all, &error))
    }

    fn make(instance: InstanceId, all: &Path) -> io::Result<Self> {
        fs::create_dir_all(all)?;
        // One instance at a time: another would take a lock that is just being made for an abandoned
        // one.
        let door = File::create(all.join(DOOR))?;
        door.lock()?;
        remove_abandoned(all)?;
        let folder = all.join(instance.to_string());
        let lock = folder.with_extension(LOCK);
        let held = File::create(&lock)?;
        held.try_lock().map_err(io::Error::from)?;
        fs::create_dir(&folder)?;
        Ok(Self {
            folder,
            lock,
            _held: held,
        })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Uploads {
    fn drop(&mut self) {
        // The next instance that starts removes what is left.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.lock);
    }
}

fn remove_abandoned(all: &Path) -> io::Result<()> {
    for entry in fs::read_dir(all)? {
        let lock = entry?.path();
        if lock.extension().is_none_or(|extension| extension != LOCK) {
            continue;
        }
        let Ok(file) = OpenOptions::new().write(true).open(&lock) else {
            continue;
        };
        if file.try_lock().is_ok() {
            match fs::remove_dir_all(lock.with_extension("")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => gone(fs::remove_file(&lock))?,
            }
        }
    }
    Ok(())
}

/// Another instance may have removed it already.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Timestamp;

    use super::*;

    fn instance(n: u8) -> InstanceId {
        InstanceId::new(Timestamp::from_millis(1_795_000_000_000), [n; 10])
    }

    fn left(data: &Path) -> usize {
        let all = fs::read_dir(data.join(UPLOADS)).unwrap();
        all.filter(|entry| entry.as_ref().unwrap().file_name() != DOOR)
            .count()
    }

    #[test]
    fn instances_that_come_and_go_at_once_do_not_take_each_other_for_dead() {
        let data = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for n in 1..=8 {
                let data = data.path();
                scope.spawn(move || {
                    for _ in 0..50 {
                        let mine = Uploads::of(instance(n), data).unwrap();
                        fs::write(mine.folder().join("upload-1"), "x").unwrap();
                        assert!(mine.folder().join("upload-1").exists());
                    }
                });
            }
        });
        assert_eq!(left(data.path()), 0);
    }

    #[test]
    fn instances_that_share_a_data_folder_leave_each_others_uploads_alone() {
        let data = tempfile::tempdir().unwrap();
        let one = Uploads::of(instance(1), data.path()).unwrap();
        fs::write(one.folder().join("upload-1"), "x").unwrap();
        let other = Uploads::of(instance(2), data.path()).unwrap();
        assert_ne!(one.folder(), other.folder());
        assert!(one.folder().join("upload-1").exists());
        drop((one, other));
        assert_eq!(left(data.path()), 0);
    }

    #[test]
    fn what_a_process_that_died_had_received_is_removed() {
        let data = tempfile::tempdir().unwrap();
        let dead = data.path().join(UPLOADS).join("dead");
        fs::create_dir_all(&dead).unwrap();
        fs::write(dead.join("upload-1"), "x").unwrap();
        fs::write(dead.with_extension(LOCK), "").unwrap();
        let living = Uploads::of(instance(1), data.path()).unwrap();
        assert!(!dead.exists() && living.folder().exists());
        assert_eq!(left(data.path()), 2);
    }
}
