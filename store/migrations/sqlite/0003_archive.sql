-- Archiving: settled orders leave for a file of their own. What must still be known of them stays in tables that are looked
-- into only where the live ones have no such row. What is in these tables is final.

-- The files. One is under way at most; a second run finishes it.
create table archives (
    archive        integer primary key,
    file           text    not null,
    before_ms      integer not null,
    made_at_ms     integer not null,
    orders         integer not null check (orders >= 1),
    transactions   integer not null,
    journal_rows   integer not null,
    digest         blob    not null check (length(digest) = 32),
    finished_at_ms integer,
    -- An order that changed after it was copied stays: then these are fewer than there are in the file.
    moved_orders   integer check (moved_orders between 0 and orders),
    check ((finished_at_ms is null) = (moved_orders is null))
) strict;

create unique index one_archive_under_way on archives ((finished_at_ms is null)) where finished_at_ms is null;

-- The order's last row. The digest is of the order with its transactions and its journal, as they are in the file.
-- A paid order that was not printed is a customer's claim and stays.
create table archived_orders (
    order_id      text    primary key check (length(order_id) between 1 and 64),
    amount_tiyin  integer not null check (amount_tiyin > 0),
    copies        integer not null check (copies between 1 and 999),
    booth         text    not null,
    status        text    not null check (status in ('paid', 'cancelled', 'refunded', 'expired')),
    created_at_ms integer not null,
    expires_at_ms integer not null,
    printed_at_ms integer,
    changed_at_ms integer not null check (changed_at_ms >= created_at_ms),
    version       integer not null check (version >= 1),
    unproven      integer not null check (unproven in (0, 1)),
    digest        blob    not null check (length(digest) = 32),
    archive       integer not null references archives (archive),
    check (printed_at_ms is null or status in ('paid', 'refunded')),
    check (printed_at_ms is not null or status <> 'paid')
) strict, without rowid;

create index archived_orders_by_creation on archived_orders (created_at_ms, order_id);
create index archived_orders_by_archive on archived_orders (archive, order_id);
-- Paid by somebody who did not have to prove it: what a server that goes live asks.
create index archived_orders_unproven on archived_orders (order_id) where unproven = 1;

-- The transaction's last row: all that the provider may still ask.
create table archived_transactions (
    number           integer primary key,
    provider         text    not null check (provider in ('payme', 'test')),
    provider_id      text    not null check (length(provider_id) between 1 and 64),
    order_id         text    not null references archived_orders (order_id),
    amount_tiyin     integer not null check (amount_tiyin > 0),
    provider_time_ms integer not null,
    create_time_ms   integer not null,
    perform_time_ms  integer check (perform_time_ms >= create_time_ms),
    cancel_time_ms   integer check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            integer not null check (state in (2, -1, -2)),
    reason           integer,
    account          text    not null,
    fiscal_perform   text,
    fiscal_cancel    text,
    unique (provider, provider_id),
    check ((perform_time_ms is not null) = (state in (2, -2))),
    check ((cancel_time_ms is not null) = (state in (-1, -2))),
    check ((reason is not null) = (state in (-1, -2)))
) strict;

create unique index one_performed_transaction_per_archived_order on archived_transactions (order_id) where state = 2;
create index archived_transactions_by_order on archived_transactions (order_id);
create index archived_transactions_by_provider_time on archived_transactions (provider, provider_time_ms, number);

-- The sums of the two tables above, so that an overview need not add up what no longer changes.
create table archived_counts (
    status text    primary key,
    orders integer not null
) strict;

create table archived_takings (
    provider       text    not null,
    hour           integer not null,
    paid_count     integer not null,
    paid_tiyin     integer not null,
    refunded_count integer not null,
    refunded_tiyin integer not null,
    primary key (provider, hour)
) strict, without rowid;

create trigger archived_orders_are_final before update on archived_orders
begin
    select raise(abort, 'what is archived is final');
end;

create trigger archived_orders_stay before delete on archived_orders
begin
    select raise(abort, 'what is archived is final');
end;

create trigger archived_transactions_are_final before update on archived_transactions
begin
    select raise(abort, 'what is archived is final');
end;

create trigger archived_transactions_stay before delete on archived_transactions
begin
    select raise(abort, 'what is archived is final');
end;

-- The journal of an order leaves only when the order's last row is archived just as it is.
drop trigger journal_is_not_shortened;

create trigger journal_is_not_shortened before delete on journal
when not exists (select 1 from archived_orders join orders using (order_id, version)
                 where archived_orders.order_id = old.order_id)
begin
    select raise(abort, 'the journal is append-only');
end;

create trigger orders_leave_only_archived before delete on orders
when not exists (select 1 from archived_orders where order_id = old.order_id and version = old.version)
begin
    select raise(abort, 'only an archived order leaves');
end;

create trigger transactions_leave_only_archived before delete on transactions
when not exists (select 1 from archived_transactions
                 where number = old.number and order_id = old.order_id and state = old.state)
begin
    select raise(abort, 'only an archived transaction leaves');
end;

-- What is archived never comes back to life, not even by a program that knows nothing of archives.
create trigger archived_orders_do_not_return before insert on orders
when exists (select 1 from archived_orders where order_id = new.order_id)
begin
    select raise(abort, 'the order is archived');
end;

create trigger archived_transactions_do_not_return before insert on transactions
when exists (select 1 from archived_transactions where provider = new.provider and provider_id = new.provider_id)
    or exists (select 1 from archived_transactions where number = new.number)
begin
    select raise(abort, 'the transaction is archived');
end;
