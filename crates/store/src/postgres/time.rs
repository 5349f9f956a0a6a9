//! Instants on their way to and from PostgreSQL: whole milliseconds here, `timestamptz` there.
//!
//! What PostgreSQL cannot hold becomes one of its infinities, which are kept apart from every
//! instant that it can hold.

use bytes::{BufMut, BytesMut};
use ringonce_domain::Timestamp;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Wrong = Box<dyn std::error::Error + Sync + Send>;

/// Milliseconds from 1970 to 2000, from which PostgreSQL counts.
const EPOCH_MILLIS: i64 = 946_684_800_000;
/// The last instant that PostgreSQL holds, the year 294276, in milliseconds since 1970.
const LAST_MILLIS: i64 = 9_224_318_015_999_999;
/// The first one, 4713 BC.
const FIRST_MILLIS: i64 = -210_866_803_200_000;

/// An instant as a parameter or a column of type `timestamptz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(pub(super) Timestamp);

/// An instant, or NULL.
pub(super) fn at(instant: Option<Timestamp>) -> Option<At> {
    instant.map(At)
}

impl ToSql for At {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        let millis = self.0.as_millis();
        out.put_i64(if millis > LAST_MILLIS {
            i64::MAX
        } else if millis < FIRST_MILLIS {
            i64::MIN
        } else {
            (millis - EPOCH_MILLIS) * 1_000
        });
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for At {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_millis(match micros {
            i64::MAX => i64::MAX,
            i64::MIN => i64::MIN,
            micros => micros.div_euclid(1_000) + EPOCH_MILLIS,
        })))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(millis: i64) -> i64 {
        let mut buffer = BytesMut::new();
        At(Timestamp::from_millis(millis))
            .to_sql(&Type::TIMESTAMPTZ, &mut buffer)
            .unwrap();
        At::from_sql(&Type::TIMESTAMPTZ, &buffer)
            .unwrap()
            .0
            .as_millis()
    }

    #[test]
    fn every_instant_that_postgresql_holds_comes_back() {
        for millis in [
            0,
            -1,
            1,
            EPOCH_MILLIS,
            FIRST_MILLIS,
            LAST_MILLIS,
            253_402_300_799_999,
        ] {
            assert_eq!(there_and_back(millis), millis);
        }
    }

    #[test]
    fn what_it_cannot_hold_is_before_or_after_everything() {
        for millis in [i64::MAX, LAST_MILLIS + 1] {
            assert_eq!(there_and_back(millis), i64::MAX);
        }
        for millis in [i64::MIN, FIRST_MILLIS - 1] {
            assert_eq!(there_and_back(millis), i64::MIN);
        }
    }
}
