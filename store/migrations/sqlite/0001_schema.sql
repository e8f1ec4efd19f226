-- The first schema: orders, the transactions that pay them, and the journal of both.
-- What must never be is refused here too, whatever the program believes.
--
-- A check against a list of more than two values (status in ('pending', ...)) makes SQLite build and drop a small table for
-- every row that it writes; comparisons do not.

create table orders (
    order_id      text    primary key check (length(order_id) between 1 and 64),
    amount_tiyin  integer not null check (amount_tiyin > 0),
    copies        integer not null check (copies between 1 and 999),
    booth_id      text    not null check (length(booth_id) between 1 and 32),
    booth         text    not null,
    chosen        text,
    language      text,
    status        text    not null check (
        status = 'pending' or status = 'paid' or status = 'cancelled' or status = 'refunded' or status = 'expired'),
    created_at_ms integer not null,
    expires_at_ms integer not null,
    printed_at_ms integer,
    changed_at_ms integer not null check (changed_at_ms >= created_at_ms),
    version       integer not null check (version >= 1),
    check (printed_at_ms is null or status = 'paid' or status = 'refunded')
) strict;

-- What the sweep looks for.
create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';
-- What an overview lists, newest first.
create index orders_by_creation on orders (created_at_ms, order_id);

create table transactions (
    number           integer primary key,
    provider         text    not null check (provider = 'payme' or provider = 'test'),
    provider_id      text    not null check (length(provider_id) between 1 and 64),
    order_id         text    not null references orders (order_id),
    amount_tiyin     integer not null check (amount_tiyin > 0),
    provider_time_ms integer not null,
    create_time_ms   integer not null,
    perform_time_ms  integer check (perform_time_ms >= create_time_ms),
    cancel_time_ms   integer check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            text    not null check (
        state = 'created' or state = 'performed' or state = 'cancelled' or state = 'refunded' or state = 'owed'
        or state = 'given_back'),
    reason           text,
    -- What the provider alone needs, as JSON.
    details          text    not null,
    unique (provider, provider_id),
    check ((perform_time_ms is null) = (state = 'created' or state = 'cancelled')),
    check ((cancel_time_ms is null) = (state = 'created' or state = 'performed' or state = 'owed')),
    check (reason is null or cancel_time_ms is not null)
) strict;

-- An order has one transaction at most that may still bring, or has brought, money: over all providers.
create unique index one_live_transaction_per_order on transactions (order_id) where state in ('created', 'performed');
create index transactions_by_order on transactions (order_id);
-- A provider's statement: by the provider's time, ties in the order of creation.
create index transactions_by_provider_time on transactions (provider, provider_time_ms, number);
-- What the sweep looks for.
create index transactions_waiting on transactions (create_time_ms) where state = 'created';
-- The overview's sums by day.
create index transactions_by_perform_time on transactions (perform_time_ms, provider, state, amount_tiyin)
    where perform_time_ms is not null;

-- An ordinary table: its rows lie in the order in which they were written, at the end of the file, and only the index is
-- sorted by order. With random order ids a row then changes a page of a small index instead of one of the largest table.
create table journal (
    order_id text    not null references orders (order_id),
    version  integer not null check (version >= 1),
    at_ms    integer not null,
    actor    text    not null,
    change   text    not null check (json_valid(change)),
    unique (order_id, version)
) strict;

-- What a server that goes live asks about the database it was tried out on.
create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'test');

create trigger journal_is_not_rewritten before update on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger journal_is_not_shortened before delete on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger orders_stay before delete on orders
begin
    select raise(abort, 'an order is never deleted');
end;

create trigger transactions_stay before delete on transactions
begin
    select raise(abort, 'a transaction is never deleted');
end;

-- Settings that are changed while the program runs, as JSON; secrets among them only as digests. A setting that was taken
-- back has no value.
create table settings (
    name          text    primary key check (length(name) between 1 and 64),
    value         text,
    version       integer not null check (version >= 1),
    changed_at_ms integer not null
) strict;

-- Who changed a setting, when and to what.
create table setting_changes (
    name    text    not null,
    version integer not null check (version >= 1),
    at_ms   integer not null,
    actor   text    not null,
    value   text,
    primary key (name, version)
) strict;
