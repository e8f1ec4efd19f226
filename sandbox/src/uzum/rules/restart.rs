//! A restart of the server: nothing that was acknowledged is forgotten.

use crate::suite::{Stop, rules};
use crate::uzum::case::{Case, Created};

rules! {
    uzum "A restart":

    "UZUM-RESTART-01", Required, Merchant / Inferred, remembered,
    "After a restart status tells the transactions of before as they were.",
    "Transactions are kept in the memory of the process, or in a file that is lost with its container.";

    "UZUM-RESTART-02", Required, Merchant / Inferred, can_be_confirmed,
    "After a restart a transaction that was created before can be confirmed.",
    "Transactions are kept in the memory of the process, or in a file that is lost with its container.";
}

/// A created, a confirmed and a reversed transaction; the first rule that asks restarts the server.
async fn before(case: &Case) -> Result<&[Created; 3], Stop> {
    case.bench.restart.possible()?;
    let restart = async || {
        let before = [case.created().await?, case.confirmed().await?.0, case.reversed().await?.0];
        case.bench.restart.restart(case, &case.request(&case.status(&case.id()))).await?;
        Ok(before)
    };
    case.uzum.restarted.get_or_try_init(restart).await
}

async fn remembered(case: &Case) -> Result<(), Stop> {
    let before = before(case).await?;
    for (transaction, word, time) in [
        (&before[0], "CREATED", None),
        (&before[1], "CONFIRMED", Some("confirmTime")),
        (&before[2], "REVERSED", Some("reverseTime")),
    ] {
        let row = case.play(&case.status(&transaction.id)).await?;
        row.accepted(word, "from status after the restart")?;
        row.member("transTime", &transaction.created.body["transTime"])?;
        if let (Some(name), Some(ended)) = (time, &transaction.ended) {
            row.member(name, &ended.body[name])?;
        }
    }
    Ok(())
}

async fn can_be_confirmed(case: &Case) -> Result<(), Stop> {
    let before = before(case).await?;
    let reply = case.play(&case.confirm(&before[0].id)).await?;
    reply.accepted("CONFIRMED", "for a transaction that was created before the restart")
}
