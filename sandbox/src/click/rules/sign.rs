//! The signature: the only thing that tells Click from a stranger.

use crate::click::call::{Signature, sign_time_at};
use crate::click::case::Case;
use crate::click::reply::{REQUEST, SIGN};
use crate::suite::orders::soum;
use crate::suite::{Stop, rules};

rules! {
    click "The signature":

    "CLICK-SIGN-01", Required, Request / Official, prepare_forged,
    "Prepare with a wrong signature is refused with error -1.",
    "The signature is not compared at all.";

    "CLICK-SIGN-02", Required, Request / Official, complete_forged,
    "Complete with a wrong signature is refused with error -1.",
    "Only Prepare checks the signature.";

    "CLICK-SIGN-03", Required, Request / Official, absent,
    "A request without sign_string, or with an empty one, is refused with -1 or -8.",
    "A signature that is not there is not compared.";

    "CLICK-SIGN-04", Required, Request / Official, prepare_fields,
    "Every signed field of Prepare is in its signature: with another value signed it is refused with -1.",
    "A field is left out of the digest, so that it can be changed on the way.";

    "CLICK-SIGN-05", Required, Request / Official, complete_fields,
    "Every signed field of Complete is in its signature, merchant_prepare_id too: with another value signed it is refused with -1.",
    "Complete is signed like Prepare, without merchant_prepare_id.";

    "CLICK-SIGN-06", Required, Request / Official, other_secret,
    "A signature that was made with an empty secret, or with another one, is refused with -1.",
    "The secret is read from a setting that is empty, or is not put into the digest.";

    "CLICK-SIGN-07", Required, Request / Official, similar,
    "A signature that differs in one digit, is cut off or is longer is refused with -1 or -8.",
    "Only the beginning is compared, or the texts are compared as numbers.";

    "CLICK-SIGN-08", Expected, Errors / Read, other_service,
    "A rightly signed request for another service_id is refused with -1 or -8.",
    "service_id is put into the digest but not compared with the own one.";

    "CLICK-SIGN-09", Expected, Request / Inferred, raw_text,
    "The digest is made from the text that came: 1000, 1000.0 and 1000.00, each signed as it is written, pass the check.",
    "The sum is read as a number and written anew before it is signed.";

    "CLICK-SIGN-10", Required, Request / Inferred, forged_cancel,
    "A Complete with a negative error and a wrong signature cancels nothing.",
    "The error is handled before the signature is checked, as both of Click's samples do it.";

    "CLICK-SIGN-11", Required, Request / Inferred, forged_writes,
    "A Prepare and a Complete with a wrong signature write nothing.",
    "The row is written or the payment confirmed before the signature is checked.";

    "CLICK-SIGN-12", Advice, Request / Inferred, capital,
    "The digits of the signature are read in capital letters too.",
    "The two texts are compared byte by byte without regard to how a digest may be written.";

    "CLICK-SIGN-13", Advice, Request / Inferred, other_zone,
    "sign_time is not judged by a clock: its zone is not documented, and a repeat may come much later.",
    "sign_time is compared with the server's clock in a zone that was guessed.";
}

async fn prepare_forged(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let reply = case.play(&case.prepare(&attempt).forged()).await?;
    reply.refused(&[SIGN], "from Prepare for a wrong signature").map(drop)
}

async fn complete_forged(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id).forged()).await?;
    reply.refused(&[SIGN], "from Complete for a wrong signature").map(drop)
}

async fn absent(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let empty = Signature::Changed(|_| String::new());
    for (signature, what) in [(Signature::Absent, "without sign_string"), (empty, "with an empty sign_string")] {
        let reply = case.play(&case.prepare(&attempt).signed(signature)).await?;
        let code = reply.refused(&[SIGN, REQUEST], what)?;
        case.note(format!("{what} it was answered with {code}"));
    }
    Ok(())
}

/// A field with another value than the one that is sent, for the digest alone.
fn others(case: &Case, trans: i64, amount: i64) -> Vec<(&'static str, String)> {
    vec![
        ("click_trans_id", (trans + 1).to_string()),
        ("service_id", format!("{}1", case.click.service)),
        ("merchant_trans_id", "another-order".to_owned()),
        ("amount", soum(amount + 100)),
        ("sign_time", "2001-02-03 04:05:06".to_owned()),
    ]
}

async fn prepare_fields(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let mut others = others(case, attempt.trans, attempt.amount);
    others.push(("action", "1".to_owned()));
    for (name, value) in others {
        let reply = case.play(&case.prepare(&attempt).signed_as(name, value)).await?;
        reply.refused(&[SIGN], &format!("when another {name} was signed than was sent"))?;
    }
    Ok(())
}

async fn complete_fields(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let mut others = others(case, prepared.attempt.trans, prepared.attempt.amount);
    others.push(("merchant_prepare_id", String::new()));
    others.push(("merchant_prepare_id", format!("{}0", prepared.id)));
    others.push(("action", "0".to_owned()));
    for (name, value) in others {
        let call = case.complete(&prepared.attempt, &prepared.id).signed_as(name, value);
        case.play(&call).await?.refused(&[SIGN], &format!("when another {name} was signed than was sent"))?;
    }
    Ok(())
}

async fn other_secret(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let secret = &case.click.secret;
    let others = [
        (String::new(), "an empty secret"),
        (format!("{secret} "), "the secret and a blank"),
        (case.click.service.clone(), "the service_id as the secret"),
        ("SECRET_KEY".to_owned(), "the words SECRET_KEY as the secret"),
    ];
    for (other, what) in others.into_iter().filter(|(other, _)| other != secret) {
        let reply = case.play(&case.prepare(&attempt).signed(Signature::Secret(other))).await?;
        reply.refused(&[SIGN], &format!("for a signature with {what}"))?;
    }
    Ok(())
}

/// Makes another signature of the right one.
type Change = fn(&str) -> String;

async fn similar(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let changed: [(Change, &str); 5] = [
        (last_digit, "with another last digit"),
        (|right| right.chars().take(31).collect(), "without its last digit"),
        (|right| right.chars().take(1).collect(), "with its first digit alone"),
        (|right| format!("{right}0"), "with one digit more"),
        (|_| "0".repeat(32), "of zeros"),
    ];
    for (change, what) in changed {
        let reply = case.play(&case.prepare(&attempt).signed(Signature::Changed(change))).await?;
        reply.refused(&[SIGN, REQUEST], &format!("for a signature {what}"))?;
    }
    Ok(())
}

fn last_digit(right: &str) -> String {
    let rest: String = right.chars().take(31).collect();
    let other = if right.ends_with('0') { '1' } else { '0' };
    format!("{rest}{other}")
}

async fn other_service(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let call = case.prepare(&attempt).set("service_id", format!("{}7", case.click.service));
    let code = case.play(&call).await?.refused(&[SIGN, REQUEST], "for a service_id that is not the server's")?;
    case.note(format!("another service_id was answered with {code}"));
    Ok(())
}

async fn raw_text(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    // A sum that is refused anyway: what is asked is only whether the signature passed.
    let wrong = attempt.amount / 100 + 1;
    for text in [wrong.to_string(), format!("{wrong}.0"), format!("{wrong}.00")] {
        let reply = case.play(&case.prepare(&attempt).set("amount", &text)).await?;
        if reply.error() == Some(SIGN) {
            let expected = format!("any answer but -1: the sum was sent and signed as {text}");
            return Err(reply.broken(expected));
        }
    }
    Ok(())
}

async fn forged_cancel(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    case.play(&case.cancel(&prepared.attempt, &prepared.id).forged()).await?;
    case.still_open(&prepared, "a cancellation with a wrong signature").await
}

async fn forged_writes(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    case.play(&case.prepare(&case.attempt(&order)).forged()).await?;
    case.still_waits(&order, "a Prepare with a wrong signature").await?;
    let prepared = case.prepared().await?;
    case.play(&case.complete(&prepared.attempt, &prepared.id).forged()).await?;
    case.still_open(&prepared, "a Complete with a wrong signature").await
}

async fn capital(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    let reply = case.play(&case.prepare(&case.attempt(&order)).signed(Signature::Capital)).await?;
    reply.accepted("for the right signature in capital letters")
}

async fn other_zone(case: &Case) -> Result<(), Stop> {
    for hours in [0, 12, -12] {
        let order = case.order().await?;
        let call = case.prepare(&case.attempt(&order)).set("sign_time", sign_time_at(hours));
        case.play(&call).await?.accepted(&format!("for a sign_time in the zone UTC{hours:+}"))?;
    }
    Ok(())
}
