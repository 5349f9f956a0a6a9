//! An archive in memory, which refuses or spoils what it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use ringonce_engine::recordings::archive::{Archive, Draft};

/// Files by their names.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    files: BTreeMap<String, Vec<u8>>,
    refuses: bool,
    spoils: bool,
}

impl Shelf {
    /// From here on nothing can be kept or removed, or everything can.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.inside().refuses = refuses;
    }

    /// From here on what is kept loses its last byte without a word, or does not.
    pub(crate) fn spoil(&self, spoils: bool) {
        self.inside().spoils = spoils;
    }

    /// Puts a file in the place of another.
    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>) {
        self.inside().files.insert(name.to_owned(), bytes);
    }

    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().files.clone()
    }

    fn open(&self) -> Result<MutexGuard<'_, Inside>, String> {
        let inside = self.inside();
        if inside.refuses {
            return Err("the shelf is locked".into());
        }
        Ok(inside)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Archive for Shelf {
    async fn begin(&self, name: &str) -> Result<Box<dyn Draft>, String> {
        self.open().map(drop)?;
        Ok(Box::new(Sheet {
            shelf: self.clone(),
            name: name.to_owned(),
            bytes: Vec::new(),
        }))
    }

    async fn read(&self, name: &str, from: u64, length: u64) -> Result<Option<Bytes>, String> {
        let inside = self.open()?;
        let Some(file) = inside.files.get(name) else {
            return Ok(None);
        };
        let from = usize::try_from(from).unwrap().min(file.len());
        let to = file.len().min(from + usize::try_from(length).unwrap());
        Ok(Some(Bytes::copy_from_slice(&file[from..to])))
    }

    async fn remove(&self, name: &str) -> Result<(), String> {
        self.open()?.files.remove(name);
        Ok(())
    }
}

struct Sheet {
    shelf: Shelf,
    name: String,
    bytes: Vec<u8>,
}

#[async_trait]
impl Draft for Sheet {
    async fn write(&mut self, bytes: Bytes) -> Result<(), String> {
        self.shelf.open().map(drop)?;
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<(), String> {
        let mut inside = self.shelf.open()?;
        if inside.spoils {
            self.bytes.pop();
        }
        inside.files.insert(self.name.clone(), self.bytes);
        Ok(())
    }

    async fn abandon(self: Box<Self>) {}
}
