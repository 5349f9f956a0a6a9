//! Rows in the binary form of COPY: by far the quickest way in.
//!
//! Columns are written in the order of the statement and in exactly its types; the server refuses
//! what does not fit.

use bytes::{BufMut, Bytes, BytesMut};
use futures::SinkExt as _;
use ringonce_domain::Timestamp;
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::failure::Done;
use super::session::Session;
use super::time::At;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Bytes of one message.
const MESSAGE: usize = 64 << 10;

/// Rows under way to a table.
pub(super) struct Rows {
    bytes: BytesMut,
    columns: i16,
}

impl Rows {
    /// No rows yet, of so many columns.
    pub(super) fn new(columns: i16) -> Self {
        let mut bytes = BytesMut::with_capacity(2 * MESSAGE);
        bytes.put_slice(SIGNATURE);
        // No flags, and no extension of the header.
        bytes.put_i32(0);
        bytes.put_i32(0);
        Self { bytes, columns }
    }

    /// Begins a row; its columns follow.
    pub(super) fn row(&mut self) -> &mut Self {
        self.bytes.put_i16(self.columns);
        self
    }

    fn sized(&mut self, bytes: &[u8]) -> &mut Self {
        // A value is far below 2 GiB: every text that comes in has a limit.
        self.bytes
            .put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
        self.bytes.put_slice(bytes);
        self
    }

    /// NULL.
    pub(super) fn null(&mut self) -> &mut Self {
        self.bytes.put_i32(-1);
        self
    }

    /// A `bigint`.
    pub(super) fn int8(&mut self, value: i64) -> &mut Self {
        self.sized(&value.to_be_bytes())
    }

    /// An `integer`.
    pub(super) fn int4(&mut self, value: i32) -> &mut Self {
        self.sized(&value.to_be_bytes())
    }

    /// A `boolean`.
    pub(super) fn flag(&mut self, value: bool) -> &mut Self {
        self.sized(&[u8::from(value)])
    }

    /// A `text` or a `json`, without the one character that PostgreSQL cannot hold.
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        if value.contains('\0') {
            self.sized(super::storable(value).as_bytes())
        } else {
            self.sized(value.as_bytes())
        }
    }

    /// A `jsonb`.
    pub(super) fn jsonb(&mut self, value: &str) -> &mut Self {
        let mut bytes = Vec::with_capacity(value.len() + 1);
        bytes.push(1);
        bytes.extend_from_slice(value.as_bytes());
        self.sized(&bytes)
    }

    /// A `bytea` or a `uuid`.
    pub(super) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.sized(value)
    }

    /// A `timestamptz`.
    pub(super) fn at(&mut self, value: Timestamp) -> &mut Self {
        self.bytes.put_i32(8);
        // It writes eight bytes and cannot fail.
        let _never: Result<IsNull, _> = At(value).to_sql(&Type::TIMESTAMPTZ, &mut self.bytes);
        self
    }

    /// Sends the rows in; returns how many there were.
    pub(super) async fn copy(mut self, session: &Session, text: &str) -> Done<u64> {
        self.bytes.put_i16(-1);
        let statement = session.prepare(text).await?;
        let sink = session.client()?.copy_in::<_, Bytes>(&statement).await?;
        futures::pin_mut!(sink);
        let mut bytes = self.bytes.freeze();
        while !bytes.is_empty() {
            let message = bytes.split_to(bytes.len().min(MESSAGE));
            sink.feed(message).await?;
        }
        Ok(sink.finish().await?)
    }
}
