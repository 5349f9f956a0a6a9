//! Rows in by COPY, in its binary form: by far the quickest way in.
//!
//! Columns are written in the order of the statement and in exactly its types; the server refuses what does
//! not fit.

use bytes::{Bytes, BytesMut};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::failure::Done;
use super::session::Session;
use super::storable;

/// What takes rows of these types; without [`BinaryCopyInWriter::finish`] none of them goes in.
pub(super) async fn copy_in(
    session: &Session,
    text: &str,
    types: &[Type],
) -> Done<BinaryCopyInWriter> {
    let statement = session.prepare(text).await?;
    let sink = session.client()?.copy_in::<_, Bytes>(&statement).await?;
    Ok(BinaryCopyInWriter::new(sink, types))
}

/// A `text`, `json` or `jsonb`, without the one character that PostgreSQL cannot hold.
#[derive(Debug)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl ToSql for Text<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        if *kind == Type::JSONB {
            // The version of the binary form.
            out.extend_from_slice(&[1]);
        }
        if self.0.contains('\0') {
            storable(self.0).to_sql(&Type::TEXT, out)
        } else {
            self.0.to_sql(&Type::TEXT, out)
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::TEXT, Type::JSON, Type::JSONB].contains(kind)
    }

    to_sql_checked!();
}
