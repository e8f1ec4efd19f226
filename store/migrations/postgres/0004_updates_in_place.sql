-- Updates that leave the indexes alone. PostgreSQL writes a row's next version beside the old one, without a new entry in any
-- index, when the page has room and no column has changed that an index, or an index's condition, names. Every transaction
-- changes its state, so no index names the state any more. Years of rows are rewritten once: about six seconds per million.

-- The order while the transaction may still bring, or has brought, money. It stays the same from created to performed.
alter table transactions add column live_order_id text collate "C"
    generated always as (case when state in (1, 2) then order_id end) stored;

-- The same rule as before: an order has one transaction at most that may still bring, or has brought, money, over all
-- providers.
drop index one_live_transaction_per_order;
create unique index one_live_transaction_per_order on transactions (live_order_id);

-- What waits holds a pending order, of which there are few: the sweep finds it from there.
drop index transactions_waiting;
-- The overview reads all transactions either way; their rows instead of an index take a third more time.
drop index transactions_by_perform_time;

-- Room on the page for each row's next version: most rows get theirs soon, many of one page at once.
alter table orders set (fillfactor = 50);
alter table transactions set (fillfactor = 50);
