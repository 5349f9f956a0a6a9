//! Every bound of an import, in one place.
//!
//! A file beyond a bound of the file is refused with an [`ImportError`](crate::ImportError); a row
//! beyond a bound of a row is rejected and the rest of the file is read.

/// How much of a file is accepted, and how much memory it may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file of any format: 1 GiB.
    pub file_bytes: u64,
    /// Data rows of a file: 10 million.
    pub rows: u32,
    /// Columns of a row: 512.
    pub columns: usize,
    /// Bytes (as UTF-8) of one field: 32 KiB.
    pub field_bytes: usize,
    /// Bytes of an XLSX once unpacked, all its parts together: 4 GiB. A million rows of ten
    /// columns are about 0.6 GiB.
    pub unpacked_bytes: u64,
    /// How many times smaller packed than unpacked a part of more than 16 MiB may be: 300. Real sheets
    /// are packed 5 to 50 times; a bomb, about 1,000 times.
    pub unpacked_ratio: u64,
    /// Bytes of the table of strings that all sheets of an XLSX share, unpacked: 512 MiB. It is the one
    /// part that is held in memory.
    pub shared_string_bytes: u64,
    /// Bytes of an XLS: 256 MiB. The format holds 65,536 rows, and is held in memory.
    pub xls_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            rows: 10_000_000,
            columns: 512,
            field_bytes: 32 << 10,
            unpacked_bytes: 4 << 30,
            unpacked_ratio: 300,
            shared_string_bytes: 512 << 20,
            xls_bytes: 256 << 20,
        }
    }
}

impl Limits {
    /// Bytes of the longest record that can still be valid.
    pub(crate) fn record_bytes(&self) -> usize {
        self.columns.saturating_mul(self.field_bytes)
    }
}
