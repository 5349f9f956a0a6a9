//! What only SQLite can do wrong: its triggers, its files, its processes.

mod backup;
mod crash;
mod files;
mod full_disk;
mod guards;
mod support;
