-- The first schema: orders, the transactions that pay them, and the journal of both.
-- What must never be is refused here too, whatever the program believes.

create table orders (
    order_id      text    primary key check (length(order_id) between 1 and 64),
    amount_tiyin  integer not null check (amount_tiyin > 0),
    copies        integer not null check (copies between 1 and 999),
    booth         text    not null,
    status        text    not null check (status in ('pending', 'paid', 'cancelled', 'refunded', 'expired')),
    created_at_ms integer not null,
    expires_at_ms integer not null,
    printed_at_ms integer,
    changed_at_ms integer not null check (changed_at_ms >= created_at_ms),
    version       integer not null check (version >= 1),
    check (printed_at_ms is null or status in ('paid', 'refunded'))
) strict;

-- What the sweep looks for.
create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';
-- What an overview lists, newest first.
create index orders_by_creation on orders (created_at_ms, order_id);

create table transactions (
    number           integer primary key,
    provider         text    not null check (provider in ('payme', 'test')),
    provider_id      text    not null check (length(provider_id) between 1 and 64),
    order_id         text    not null references orders (order_id),
    amount_tiyin     integer not null check (amount_tiyin > 0),
    provider_time_ms integer not null,
    create_time_ms   integer not null,
    perform_time_ms  integer check (perform_time_ms >= create_time_ms),
    cancel_time_ms   integer check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            integer not null check (state in (1, 2, -1, -2)),
    reason           integer,
    account          text    not null,
    fiscal_perform   text,
    fiscal_cancel    text,
    unique (provider, provider_id),
    check ((perform_time_ms is not null) = (state in (2, -2))),
    check ((cancel_time_ms is not null) = (state in (-1, -2))),
    check ((reason is not null) = (state in (-1, -2)))
) strict;

-- An order has one transaction at most that may still bring, or has brought, money: over all providers.
create unique index one_live_transaction_per_order on transactions (order_id) where state in (1, 2);
create index transactions_by_order on transactions (order_id);
-- A provider's statement: by the provider's time, ties in the order of creation.
create index transactions_by_provider_time on transactions (provider, provider_time_ms, number);
-- What the sweep looks for.
create index transactions_waiting on transactions (create_time_ms) where state = 1;
-- The overview's sums by day.
create index transactions_by_perform_time on transactions (perform_time_ms, provider, state, amount_tiyin)
    where perform_time_ms is not null;

create table journal (
    order_id text    not null references orders (order_id),
    version  integer not null check (version >= 1),
    at_ms    integer not null,
    actor    text    not null,
    change   text    not null check (json_valid(change)),
    primary key (order_id, version)
) strict, without rowid;

-- What a server that goes live asks about the database it was tried out on.
create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'test_payment');

create trigger journal_is_not_rewritten before update on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger journal_is_not_shortened before delete on journal
begin
    select raise(abort, 'the journal is append-only');
end;

-- A provider's key as changed through its own API; only digests.
create table provider_keys (
    provider      text    primary key check (provider in ('payme')),
    digest        blob    not null check (length(digest) = 32),
    replaces      blob    not null check (length(replaces) = 32),
    changed_at_ms integer not null
) strict;
