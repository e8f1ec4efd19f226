-- The same tables with the same rules, written so that they cost less. A check against a list of more than two values
-- (status in ('pending', ...)) makes SQLite build and drop a small table for every row that it writes; comparisons do not.
-- The program switches foreign keys off around migrations and checks them at the end.

create table orders_0002 (
    order_id      text    primary key check (length(order_id) between 1 and 64),
    amount_tiyin  integer not null check (amount_tiyin > 0),
    copies        integer not null check (copies between 1 and 999),
    booth         text    not null,
    status        text    not null check (
        status = 'pending' or status = 'paid' or status = 'cancelled' or status = 'refunded' or status = 'expired'),
    created_at_ms integer not null,
    expires_at_ms integer not null,
    printed_at_ms integer,
    changed_at_ms integer not null check (changed_at_ms >= created_at_ms),
    version       integer not null check (version >= 1),
    check (printed_at_ms is null or status = 'paid' or status = 'refunded')
) strict;

insert into orders_0002 (order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms, printed_at_ms,
                         changed_at_ms, version)
    select order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms, printed_at_ms,
           changed_at_ms, version
    from orders order by rowid;
drop table orders;
alter table orders_0002 rename to orders;

create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';
create index orders_by_creation on orders (created_at_ms, order_id);

create table transactions_0002 (
    number           integer primary key,
    provider         text    not null check (provider = 'payme' or provider = 'test'),
    provider_id      text    not null check (length(provider_id) between 1 and 64),
    order_id         text    not null references orders (order_id),
    amount_tiyin     integer not null check (amount_tiyin > 0),
    provider_time_ms integer not null,
    create_time_ms   integer not null,
    perform_time_ms  integer check (perform_time_ms >= create_time_ms),
    cancel_time_ms   integer check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            integer not null check (state between -2 and 2 and state <> 0),
    reason           integer,
    account          text    not null,
    fiscal_perform   text,
    fiscal_cancel    text,
    unique (provider, provider_id),
    check ((perform_time_ms is not null) = (state = 2 or state = -2)),
    check ((cancel_time_ms is not null) = (state < 0)),
    check ((reason is not null) = (state < 0))
) strict;

insert into transactions_0002 (number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, create_time_ms,
                               perform_time_ms, cancel_time_ms, state, reason, account, fiscal_perform, fiscal_cancel)
    select number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, create_time_ms,
           perform_time_ms, cancel_time_ms, state, reason, account, fiscal_perform, fiscal_cancel
    from transactions order by number;
drop table transactions;
alter table transactions_0002 rename to transactions;

create unique index one_live_transaction_per_order on transactions (order_id) where state in (1, 2);
create index transactions_by_order on transactions (order_id);
create index transactions_by_provider_time on transactions (provider, provider_time_ms, number);
create index transactions_waiting on transactions (create_time_ms) where state = 1;
create index transactions_by_perform_time on transactions (perform_time_ms, provider, state, amount_tiyin)
    where perform_time_ms is not null;

-- The journal as an ordinary table: its rows lie in the order in which they were written, at the end of the file, and only
-- the index is sorted by order. With random order ids a row then dirties a page of a small index instead of one of the
-- largest table.
create table journal_0002 (
    order_id text    not null references orders (order_id),
    version  integer not null check (version >= 1),
    at_ms    integer not null,
    actor    text    not null,
    change   text    not null check (json_valid(change)),
    unique (order_id, version)
) strict;

insert into journal_0002 (order_id, version, at_ms, actor, change)
    select order_id, version, at_ms, actor, change from journal order by at_ms, order_id, version;
drop table journal;
alter table journal_0002 rename to journal;

create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'test_payment');

create trigger journal_is_not_rewritten before update on journal
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger journal_is_not_shortened before delete on journal
begin
    select raise(abort, 'the journal is append-only');
end;
