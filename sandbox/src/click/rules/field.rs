//! Fields that are missing, doubled, empty or of another kind: a documented refusal, and nothing is written.

use crate::click::call::Call;
use crate::click::case::Case;
use crate::click::reply::{ACTION, AMOUNT, ORDER, REQUEST, Reply, SIGN, TRANSACTION};
use crate::suite::orders::soum;
use crate::suite::{Stop, rules};
use crate::wire::Request;

rules! {
    click "Fields":

    "CLICK-FIELD-01", Required, Errors / Official, missing_in_prepare,
    "Prepare without one of its fields is refused with -8; without action -3, and otherwise -1, are right too.",
    "A missing field is taken as empty, or ends in an exception.";

    "CLICK-FIELD-02", Required, Errors / Official, missing_in_complete,
    "Complete without merchant_prepare_id is refused with -8, -6 or -1, and confirms nothing.",
    "The payment is found by the order's number alone.";

    "CLICK-FIELD-03", Expected, Errors / Inferred, missing_error,
    "A Complete without `error`, or with one that is no number, confirms nothing.",
    "A missing error is taken as 0: a payment that failed counts as paid.";

    "CLICK-FIELD-04", Required, Errors / Official, no_amount,
    "A sum that is no sum (a word, empty, negative, zero, NaN, Infinity) is refused with -2 or -8.",
    "The text becomes 0 or NaN, and the comparison lets it through.";

    "CLICK-FIELD-05", Advice, Request / Inferred, odd_amount,
    "Odd spellings of the right sum (1e4, +10000, Arabic digits, a third decimal) are refused with -2 or -8.",
    "The text goes through a floating point number.";

    "CLICK-FIELD-06", Advice, Errors / Inferred, no_numbers,
    "Numbers that are none (click_trans_id of letters, for example) are refused with -8.",
    "The text is stored or cut to the digits that it begins with.";

    "CLICK-FIELD-07", Required, Errors / Official, unknown_action,
    "An action that is neither 0 nor 1 is refused with -3 or -8.",
    "Everything that is not 1 is taken as Prepare.";

    "CLICK-FIELD-08", Required, Errors / Official, complete_at_prepare,
    "A Complete at the address of Prepare is refused with -3, -1 or -8, and confirms nothing.",
    "Both addresses do the same, by action; that is right only where one address is given.";

    "CLICK-FIELD-09", Required, Errors / Official, prepare_at_complete,
    "A Prepare at the address of Complete is refused with -3, -1, -6 or -8.",
    "action is not looked at: whatever comes to the address is a Complete.";

    "CLICK-FIELD-10", Expected, Request / Inferred, twice,
    "A field that comes twice is not signed with one value and used with the other.",
    "The signature is made from one list of fields, and the order is looked up in another.";

    "CLICK-FIELD-11", Expected, Errors / Inferred, no_form,
    "An empty body and a body that is no form are refused with -8 (or -1, -3), as JSON.",
    "The program ends in an exception or in a page of its framework.";

    "CLICK-FIELD-12", Expected, Errors / Inferred, any_order,
    "A merchant_trans_id of any text, very long, with quotes, with a zero byte, is refused with -5 or -8.",
    "The text is put into a query, or is too long for its column, and an exception ends the call; or only the digits that it begins with are read.";
}

async fn missing_in_prepare(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    for name in ["click_trans_id", "service_id", "merchant_trans_id", "amount", "action", "sign_time"] {
        let reply = case.play(&case.prepare(&attempt).without(name)).await?;
        let allowed: &[i64] = if name == "action" { &[REQUEST, SIGN, ACTION] } else { &[REQUEST, SIGN] };
        let code = reply.refused(allowed, &format!("without {name}"))?;
        if code != REQUEST {
            case.note(format!("without {name} it was answered with {code}"));
        }
    }
    Ok(())
}

async fn missing_in_complete(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let call = case.complete(&prepared.attempt, &prepared.id).without("merchant_prepare_id");
    let code = case.play(&call).await?.refused(&[REQUEST, TRANSACTION, SIGN], "without merchant_prepare_id")?;
    case.note(format!("without merchant_prepare_id it was answered with {code}"));
    case.still_open(&prepared, "a Complete without merchant_prepare_id").await
}

async fn missing_error(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let right = case.complete(&prepared.attempt, &prepared.id);
    let faulty = [
        (right.clone().without("error"), "without `error`"),
        (right.clone().set("error", "none"), "with the error `none`"),
        (right.set("error", ""), "with an empty error"),
    ];
    for (call, what) in faulty {
        let code = case.play(&call).await?.not_accepted(&format!("for a Complete {what}"))?;
        case.note(format!("a Complete {what} was answered with {code}"));
    }
    Ok(())
}

async fn no_amount(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let negative = format!("-{}", soum(attempt.amount));
    for text in ["much", "", &negative, "0", "NaN", "Infinity"] {
        let reply = case.play(&case.prepare(&attempt).set("amount", text)).await?;
        reply.refused(&[AMOUNT, REQUEST], &format!("for the sum `{text}`"))?;
    }
    Ok(())
}

async fn odd_amount(case: &Case) -> Result<(), Stop> {
    /// Another spelling of a sum in soum with two decimals.
    type Spelling = fn(&str) -> String;
    let arabic: Spelling =
        |right| right.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0x660 + d)).unwrap_or(c)).collect();
    let power: Spelling = |right| format!("{}e-2", right.replace('.', ""));
    for spelling in
        [power, arabic, |right| format!("+{right}"), |right| format!("{right}1"), |right| format!("0x{right}")]
    {
        let attempt = case.attempt(&case.order().await?);
        let text = spelling(&soum(attempt.amount));
        let reply = case.play(&case.prepare(&attempt).set("amount", &text)).await?;
        reply.refused(&[AMOUNT, REQUEST], &format!("for the sum `{text}`"))?;
    }
    Ok(())
}

async fn no_numbers(case: &Case) -> Result<(), Stop> {
    for (name, text) in
        [("click_trans_id", "12ab"), ("click_trans_id", "1.5"), ("click_trans_id", "99999999999999999999999")]
    {
        let attempt = case.attempt(&case.order().await?);
        let reply = case.play(&case.prepare(&attempt).set(name, text)).await?;
        reply.refused(&[REQUEST, SIGN], &format!("for the {name} `{text}`"))?;
    }
    Ok(())
}

async fn unknown_action(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    for action in ["2", "-1", "prepare"] {
        let reply = case.play(&case.prepare(&attempt).set("action", action)).await?;
        reply.refused(&[ACTION, REQUEST], &format!("for the action `{action}`"))?;
    }
    Ok(())
}

/// Ends rules that make sense only where Prepare and Complete have addresses of their own.
fn two_addresses(case: &Case) -> Result<(), Stop> {
    match case.click.prepare == case.click.complete {
        true => Err(Stop::Skip("one address takes both calls and goes by `action`".to_owned())),
        false => Ok(()),
    }
}

async fn complete_at_prepare(case: &Case) -> Result<(), Stop> {
    two_addresses(case)?;
    let prepared = case.prepared().await?;
    let call = case.complete(&prepared.attempt, &prepared.id).to(&case.click.prepare);
    let code = case.play(&call).await?.refused(&[ACTION, SIGN, REQUEST], "for action 1 at the address of Prepare")?;
    case.note(format!("a Complete at the address of Prepare was answered with {code}"));
    case.still_open(&prepared, "a Complete at the address of Prepare").await
}

async fn prepare_at_complete(case: &Case) -> Result<(), Stop> {
    two_addresses(case)?;
    let attempt = case.attempt(&case.untouched().await?);
    let call = case.prepare(&attempt).to(&case.click.complete);
    let allowed = &[ACTION, SIGN, TRANSACTION, REQUEST];
    let code = case.play(&call).await?.refused(allowed, "for action 0 at the address of Complete")?;
    case.note(format!("a Prepare at the address of Complete was answered with {code}"));
    Ok(())
}

async fn twice(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    let attempt = case.attempt(&order);
    let call = case.prepare(&attempt).also("merchant_trans_id", "no-such-order");
    let reply = case.play(&call).await?;
    let allowed = &[0, REQUEST, SIGN];
    let code = reply
        .refused(allowed, "when merchant_trans_id comes twice: the signed order first, an unknown one behind it")?;
    case.note(format!("a field that comes twice was answered with {code}"));
    let unknown = case.nobodys_attempt();
    let call =
        case.prepare(&unknown).also("merchant_trans_id", attempt.order.clone()).also("amount", soum(order.amount));
    let reply = case.play(&call).await?;
    let allowed = &[ORDER, REQUEST, SIGN];
    reply.refused(allowed, "when an unknown order is signed and a real one comes behind it").map(drop)
}

async fn no_form(case: &Case) -> Result<(), Stop> {
    let bodies: [(&[u8], &str); 4] = [
        (b"", "an empty body"),
        (b"{\"action\":", "broken JSON as a form"),
        (b"click_trans_id=%zz&action=%f", "broken percent signs"),
        (b"merchant_trans_id=%ff%fe&action=0", "bytes that are no text"),
    ];
    for (body, what) in bodies {
        let reply = sent(case, Request::form(body).to(&case.click.prepare)).await?;
        reply.refused(&[REQUEST, SIGN, ACTION], &format!("for {what}"))?;
    }
    Ok(())
}

async fn sent(case: &Case, request: Request) -> Result<Reply, Stop> {
    let (at, answer) = case.send(&request).await?;
    Reply::read(at, &answer)
}

async fn any_order(case: &Case) -> Result<(), Stop> {
    let known = case.attempt(&case.untouched().await?);
    let (long, mistyped) = ("9".repeat(10_000), format!("{}abc", known.order));
    let texts = [
        (long.as_str(), "of 10 000 digits"),
        ("' OR '1'='1", "with quotes"),
        ("order\u{0}", "with a zero byte"),
        ("99999999999999999999", "larger than 64 bits"),
        ("заказ 🙂", "of other alphabets"),
        (mistyped.as_str(), "of an order with letters behind it"),
    ];
    for (text, what) in texts {
        let call: Call = case.prepare(&known).set("merchant_trans_id", text);
        case.play(&call).await?.refused(&[ORDER, REQUEST], &format!("for a merchant_trans_id {what}"))?;
    }
    Ok(())
}
