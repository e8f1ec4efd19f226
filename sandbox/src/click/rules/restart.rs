//! A restart of the server: nothing that was acknowledged is forgotten.

use crate::click::case::{Case, Prepared};
use crate::click::reply::{CANCELLED, PAID};
use crate::suite::{Stop, rules};

rules! {
    click "A restart":

    "CLICK-RESTART-01", Required, Request / Inferred, open_stays,
    "After a restart a prepared payment can be confirmed.",
    "Payments are kept in the memory of the process, or in a file that is lost with its container.";

    "CLICK-RESTART-02", Required, Errors / Inferred, paid_stays,
    "After a restart a confirmed payment is still confirmed: Complete is answered with -4.",
    "Payments are kept in the memory of the process, or in a file that is lost with its container.";

    "CLICK-RESTART-03", Required, Errors / Inferred, cancelled_stays,
    "After a restart a cancelled payment is still cancelled: Complete is answered with -9.",
    "Payments are kept in the memory of the process, or in a file that is lost with its container.";
}

/// A prepared, a confirmed and a cancelled payment; the first rule that asks restarts the server.
async fn before(case: &Case) -> Result<&[Prepared; 3], Stop> {
    case.bench.restart.possible()?;
    let restart = async || {
        let before = [case.prepared().await?, case.confirmed().await?.0, case.cancelled().await?];
        let request = case.request(&case.prepare(&case.nobodys_attempt()).forged());
        case.bench.restart.restart(case, &request).await?;
        Ok(before)
    };
    case.click.restarted.get_or_try_init(restart).await
}

async fn open_stays(case: &Case) -> Result<(), Stop> {
    let open = &before(case).await?[0];
    let reply = case.play(&case.complete(&open.attempt, &open.id)).await?;
    reply.accepted("for Complete of a payment that was prepared before the restart")
}

async fn paid_stays(case: &Case) -> Result<(), Stop> {
    let paid = &before(case).await?[1];
    let reply = case.play(&case.complete(&paid.attempt, &paid.id)).await?;
    reply.refused(&[PAID], "for a payment that was confirmed before the restart").map(drop)
}

async fn cancelled_stays(case: &Case) -> Result<(), Stop> {
    let cancelled = &before(case).await?[2];
    let reply = case.play(&case.complete(&cancelled.attempt, &cancelled.id)).await?;
    reply.refused(&[CANCELLED], "for a payment that was cancelled before the restart").map(drop)
}
