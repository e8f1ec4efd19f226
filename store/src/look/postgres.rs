//! A PostgreSQL database, looked at before a server uses it.

use super::Seen;
use crate::address::PostgresAddress;
use crate::error::OpenError;
use crate::postgres::connect::Purpose;
use crate::postgres::{blocking, migrate};
use crate::tables::journal::PROVEN_CALLS;

/// What a database says of itself; `None` when it is empty, or one that a server would still bring up to date.
pub(super) fn look(address: &PostgresAddress) -> Result<Option<Seen>, OpenError> {
    blocking::block_on(address, async move |connector| {
        let session = connector.session(Purpose::Reading).await?;
        match migrate::found(&session.client, &connector).await? {
            Some(found) if found == migrate::schema_version() => {}
            _ => return Ok(None),
        }
        let failed = migrate::failed_at(&connector);
        let row = session.client.query_one(PROVEN_CALLS, &[]).await.map_err(&failed)?;
        Ok(Some(Seen { proven_calls: row.try_get(0).map_err(&failed)? }))
    })
}
