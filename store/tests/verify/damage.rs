//! What is planted behind the program's back, on every kind of database, and the fault that has to be found.

use boothpay_store::verify::Fault;

/// What is planted, and what is to be found.
pub type Damage = (&'static str, fn(&Fault) -> bool);

pub const DAMAGE: &[Damage] = &[
    ("delete from journal where order_row = (select order_row from orders where order_id = 'paid') and version = 2", |it| {
        matches!(it, Fault::Gap { expected: 2, found: 3 })
    }),
    ("delete from journal where order_row = (select order_row from orders where order_id = 'paid') and version = 1", |it| {
        matches!(it, Fault::Gap { expected: 1, found: 2 })
    }),
    ("delete from journal where order_row = (select order_row from orders where order_id = 'paid') and version = 4", |it| {
        matches!(it, Fault::OrderDiffers { column: "version", .. })
    }),
    ("delete from journal where order_row = (select order_row from orders where order_id = 'waiting')", |it| matches!(it, Fault::NoJournal)),
    ("update journal set at_ms = 1 where order_row = (select order_row from orders where order_id = 'paid') and version = 3", |it| matches!(it, Fault::Step(_))),
    ("update journal set change = '{\"change\":\"order_cancelled\"}' where order_row = (select order_row from orders where order_id = 'paid') and version = 3", |it| {
        matches!(it, Fault::Step(_))
    }),
    ("update journal set change = '{\"change\":\"stolen\"}' where order_row = (select order_row from orders where order_id = 'paid') and version = 3", |it| {
        matches!(it, Fault::Unreadable { what: "a journal row", .. })
    }),
    ("update journal set actor = 'nobody' where order_row = (select order_row from orders where order_id = 'paid') and version = 3", |it| {
        matches!(it, Fault::Unreadable { what: "a journal row", .. })
    }),
    ("update orders set amount_tiyin = 999999 where order_id = 'waiting'", |it| {
        matches!(it, Fault::OrderDiffers { column: "amount", .. })
    }),
    ("update orders set amount_tiyin = 999999 where order_id = 'paid'", |it| {
        matches!(it, Fault::Amount { transaction: 1_000_000, order: 999_999, .. })
    }),
    ("update orders set amount_tiyin = -5 where order_id = 'paid'", |it| {
        matches!(it, Fault::Unreadable { what: "the order", .. })
    }),
    ("update orders set status = 'paid' where order_id = 'held'", |it| {
        matches!(it, Fault::Unfit { status: "paid", performed: 0, .. })
    }),
    ("update orders set status = 'pending' where order_id = 'paid'", |it| {
        matches!(it, Fault::OrderDiffers { column: "status", .. })
    }),
    ("update orders set printed_at_ms = null where order_id = 'paid'", |it| {
        matches!(it, Fault::OrderDiffers { column: "time of printing", .. })
    }),
    ("update orders set refund_asked_at_ms = 5 where order_id = 'paid'", |it| {
        matches!(it, Fault::OrderDiffers { column: "time when its money was asked back", .. })
    }),
    ("update orders set expires_at_ms = 1 where order_id = 'waiting'", |it| {
        matches!(it, Fault::OrderDiffers { column: "expiry", .. })
    }),
    ("update orders set booth_id = 'elsewhere' where order_id = 'waiting'", |it| {
        matches!(it, Fault::OrderDiffers { column: "booth", .. })
    }),
    ("delete from orders where order_id = 'closed'", |it| matches!(it, Fault::NoOrder("its journal is"))),
    ("delete from orders where order_id = 'paid'", |it| matches!(it, Fault::NoOrder("its transactions are"))),
    ("delete from orders where order_id = 'paid'", |it| matches!(it, Fault::Dangling { .. })),
    ("delete from transactions where provider_id = 'p2'", |it| matches!(it, Fault::TransactionMissing(2))),
    ("insert into transactions select 9, (select order_row from orders where order_id = 'waiting'), provider, 'p9', amount_tiyin, 1, 1000, null, 1001, 'cancelled', null, '{}'
      from transactions where number = 2", |it| matches!(it, Fault::TransactionUnknown(9))),
    ("insert into transactions select 9, (select order_row from orders where order_id = 'held'), provider, 'p9', amount_tiyin, 1, 2000, null, null, 'created', null, '{}'
      from transactions where number = 2", |it| matches!(it, Fault::ManyHolders(2))),
    ("update transactions set state = 'created', perform_time_ms = null where provider_id = 'p2'", |it| {
        matches!(it, Fault::TransactionDiffers { column: "state", .. })
    }),
    ("update transactions set state = 'performed' where provider_id = 'p1'", |it| {
        matches!(it, Fault::Unreadable { what: "a transaction", .. })
    }),
    ("update transactions set perform_time_ms = perform_time_ms + 1 where provider_id = 'p2'", |it| {
        matches!(it, Fault::TransactionDiffers { column: "perform time", .. })
    }),
    ("update transactions set perform_time_ms = 1 where provider_id = 'p2'", |it| matches!(it, Fault::Times(2))),
    ("update transactions set amount_tiyin = 1 where provider_id = 'p1'", |it| {
        matches!(it, Fault::Amount { transaction: 1, .. })
    }),
    ("update transactions set reason = 'failed' where provider_id = 'p3'", |it| {
        matches!(it, Fault::TransactionDiffers { column: "reason", .. })
    }),
    ("update transactions set provider_id = 'other' where provider_id = 'p2'", |it| {
        matches!(it, Fault::TransactionDiffers { column: "provider's id", .. })
    }),
    ("update transactions set order_row = (select order_row from orders where order_id = 'waiting') where provider_id = 'p1'", |it| {
        matches!(it, Fault::TransactionMissing(1))
    }),
    ("update transactions set provider = 'bank' where provider_id = 'p1'", |it| {
        matches!(it, Fault::Unreadable { what: "a transaction", .. })
    }),
    ("update transactions set details = '{\"account\":{\"a\":1}}' where provider_id = 'p2'", |it| {
        matches!(it, Fault::TransactionDiffers { column: "provider's details", .. })
    }),
    ("update orders set copies = 0 where order_id = 'waiting'", |it| {
        matches!(it, Fault::Unreadable { what: "the order", .. })
    }),
    ("update journal set actor = 'booth' where order_row = (select order_row from orders where order_id = 'paid') and version = 3", |it| {
        matches!(it, Fault::Authority { version: 3, actor: "booth", provider: "payme" })
    }),
    ("update journal set actor = 'test' where order_row = (select order_row from orders where order_id = 'held') and version = 2", |it| {
        matches!(it, Fault::Authority { version: 2, .. })
    }),
    ("update transactions set perform_time_ms = perform_time_ms + 1 where provider_id = 'p2'", |it| {
        matches!(it, Fault::Answer { number: 2, method: "PerformTransaction", .. })
    }),
    ("update transactions set cancel_time_ms = cancel_time_ms + 1 where provider_id = 'p3'", |it| {
        matches!(it, Fault::Answer { number: 3, method: "CancelTransaction", .. })
    }),
    ("update transactions set provider_time_ms = 1 where provider_id = 'p1'", |it| {
        matches!(it, Fault::Answer { number: 1, method: "GetStatement", .. })
    }),
    ("update transactions set state = 'created', perform_time_ms = null where provider_id = '5:77'", |it| {
        matches!(it, Fault::Answer { number: 6, provider: "click", method: "Complete", .. })
    }),
    ("update transactions set state = 'refunded', cancel_time_ms = 4000, reason = 'refund' where provider_id = '5:77'", |it| {
        matches!(it, Fault::Answer { number: 6, provider: "click", method: "Prepare", .. })
    }),
    ("update transactions set cancel_time_ms = cancel_time_ms + 1 where provider = 'uzum'", |it| {
        matches!(it, Fault::Answer { number: 7, provider: "uzum", method: "status", .. })
    }),
    ("update transactions set state = 'performed', cancel_time_ms = null, reason = null where provider = 'uzum'", |it| {
        matches!(it, Fault::Answer { number: 7, provider: "uzum", method: "confirm", .. })
    }),
    ("update orders set status = 'cancelled' where order_id = 'held'", |it| matches!(it, Fault::Unpayable(_))),
    ("update orders set changed_at_ms = 9223372036854775807 where order_id = 'closed'", |it| {
        matches!(it, Fault::Unpayable(_))
    }),
    ("create table copied as select * from transactions;
      drop table transactions;
      alter table copied rename to transactions;
      update transactions set provider_id = 'p1' where provider_id = 'p2'", |it| {
        matches!(it, Fault::Repeated { times: 2, .. })
    }),
    ("update orders set booth_name = 'Elsewhere' where order_id = 'waiting'", |it| {
        matches!(it, Fault::OrderDiffers { column: "booth's name", .. })
    }),
    // A payment that is erased alike in all tables, and the sums made to fit; the same one changed alike.
    ("delete from journal where order_row = (select order_row from orders where order_id = 'paid');
      delete from transactions where order_row = (select order_row from orders where order_id = 'paid');
      delete from orders where order_id = 'paid'", |it| matches!(it, Fault::ChainGap { .. })),
    ("delete from journal where order_row = (select order_row from orders where order_id = 'paid');
      delete from transactions where order_row = (select order_row from orders where order_id = 'paid');
      delete from orders where order_id = 'paid'", |it| matches!(it, Fault::Sum { .. })),
    ("update orders set amount_tiyin = 900000 where order_id = 'paid';
      update transactions set amount_tiyin = 900000
          where order_row = (select order_row from orders where order_id = 'paid');
      update journal set change = replace(cast(change as text), '1000000', '900000')JSON
          where order_row = (select order_row from orders where order_id = 'paid')", |it| {
        matches!(it, Fault::ChainBroken { .. })
    }),
    ("update journal set at_ms = at_ms + 1 where sequence = 1", |it| matches!(it, Fault::ChainBroken { sequence: 1, .. })),
    ("update order_sums set orders = orders + 1", |it| matches!(it, Fault::Sum { .. })),
    ("update order_sums set copies = copies + 1 where hours = 0", |it| matches!(it, Fault::Sum { .. })),
    ("delete from order_sums where hours = 1", |it| matches!(it, Fault::Sum { .. })),
    ("update order_sums set orders = orders - 1 where hours = 24", |it| matches!(it, Fault::Sum { .. })),
    ("update takings set paid_tiyin = paid_tiyin - 1", |it| matches!(it, Fault::Sum { .. })),
    ("delete from takings where hours = 24", |it| matches!(it, Fault::Sum { .. })),
    ("delete from takings", |it| matches!(it, Fault::Sum { .. })),
    ("insert into settings values ('booth.screens', '[]', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "the paired screens", .. })
    }),
    ("insert into settings values ('booth.staff', '{\"salt\":\"00ff\",\"people\":[{\"name\":\"anna\"}]}', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "the staff's PINs", .. })
    }),
    ("insert into settings values ('alerts', '{\"open\":1}', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "what is kept of alerts", .. })
    }),
    ("insert into settings values ('booth.prints.main', '{\"wait\":1}', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "how a booth prints", .. })
    }),
    ("drop index transactions_by_provider_time", |it| matches!(it, Fault::Rule(_))),
    ("drop table setting_changes", |it| matches!(it, Fault::Rule(_))),
    ("create table theirs (x integer)", |it| matches!(it, Fault::Rule(why) if why.contains("none of ours"))),
];
