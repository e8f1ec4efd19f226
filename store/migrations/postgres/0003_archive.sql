-- Archiving: settled orders leave for a file of their own. What must still be known of them stays in tables that are looked
-- into only where the live ones have no such row. What is in these tables is final.

-- The files. One is under way at most; a second run finishes it.
create table archives (
    archive        bigint primary key,
    file           text   not null,
    before_ms      bigint not null,
    made_at_ms     bigint not null,
    orders         bigint not null check (orders >= 1),
    transactions   bigint not null,
    journal_rows   bigint not null,
    digest         bytea  not null check (length(digest) = 32),
    finished_at_ms bigint,
    -- An order that changed after it was copied stays: then these are fewer than there are in the file.
    moved_orders   bigint check (moved_orders between 0 and orders),
    check ((finished_at_ms is null) = (moved_orders is null))
);

create unique index one_archive_under_way on archives ((finished_at_ms is null)) where finished_at_ms is null;

-- The order's last row. The digest is of the order with its transactions and its journal, as they are in the file.
-- A paid order that was not printed is a customer's claim and stays.
create table archived_orders (
    order_id      text   collate "C" primary key check (length(order_id) between 1 and 64),
    amount_tiyin  bigint not null check (amount_tiyin > 0),
    copies        bigint not null check (copies between 1 and 999),
    booth         text   not null,
    status        text   not null check (status in ('paid', 'cancelled', 'refunded', 'expired')),
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    printed_at_ms bigint,
    changed_at_ms bigint not null check (changed_at_ms >= created_at_ms),
    version       bigint not null check (version >= 1),
    unproven      bigint not null check (unproven in (0, 1)),
    digest        bytea  not null check (length(digest) = 32),
    archive       bigint not null references archives (archive),
    check (printed_at_ms is null or status in ('paid', 'refunded')),
    check (printed_at_ms is not null or status <> 'paid')
);

create index archived_orders_by_creation on archived_orders (created_at_ms);
create index archived_orders_by_archive on archived_orders (archive, order_id);
-- Paid by somebody who did not have to prove it: what a server that goes live asks.
create index archived_orders_unproven on archived_orders (unproven) where unproven = 1;

-- The transaction's last row: all that the provider may still ask.
create table archived_transactions (
    number           bigint primary key check (number >= 1),
    provider         text   collate "C" not null check (provider in ('payme', 'test')),
    provider_id      text   collate "C" not null check (length(provider_id) between 1 and 64),
    order_id         text   collate "C" not null references archived_orders (order_id),
    amount_tiyin     bigint not null check (amount_tiyin > 0),
    provider_time_ms bigint not null,
    create_time_ms   bigint not null,
    perform_time_ms  bigint check (perform_time_ms >= create_time_ms),
    cancel_time_ms   bigint check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            bigint not null check (state in (2, -1, -2)),
    reason           bigint,
    account          text   not null,
    fiscal_perform   text,
    fiscal_cancel    text,
    unique (provider, provider_id),
    check ((perform_time_ms is not null) = (state in (2, -2))),
    check ((cancel_time_ms is not null) = (state in (-1, -2))),
    check ((reason is not null) = (state in (-1, -2)))
);

create unique index one_performed_transaction_per_archived_order on archived_transactions (order_id) where state = 2;
create index archived_transactions_by_order on archived_transactions (order_id);
create index archived_transactions_by_provider_time on archived_transactions (provider_time_ms);

-- The sums of the two tables above, so that an overview need not add up what no longer changes.
create table archived_counts (
    status text   collate "C" primary key,
    orders bigint not null
);

create table archived_takings (
    provider       text   collate "C" not null,
    hour           bigint not null,
    paid_count     bigint not null,
    paid_tiyin     bigint not null,
    refunded_count bigint not null,
    refunded_tiyin bigint not null,
    primary key (provider, hour)
);

create function archived_is_final() returns trigger language plpgsql as $$
begin
    raise exception 'what is archived is final';
end;
$$;

create trigger archived_orders_are_final before update or delete on archived_orders
    for each row execute function archived_is_final();

create trigger archived_orders_stay before truncate on archived_orders
    for each statement execute function archived_is_final();

create trigger archived_transactions_are_final before update or delete on archived_transactions
    for each row execute function archived_is_final();

create trigger archived_transactions_stay before truncate on archived_transactions
    for each statement execute function archived_is_final();

-- The journal of an order leaves only when the order's last row is archived just as it is.
create function journal_leaves_only_archived() returns trigger language plpgsql as $$
begin
    if exists (select 1 from archived_orders join orders using (order_id, version)
               where archived_orders.order_id = old.order_id) then
        return old;
    end if;
    raise exception 'the journal is append-only';
end;
$$;

drop trigger journal_is_not_shortened on journal;

create trigger journal_is_not_shortened before delete on journal
    for each row execute function journal_leaves_only_archived();

create function orders_leave_only_archived() returns trigger language plpgsql as $$
begin
    if exists (select 1 from archived_orders where order_id = old.order_id and version = old.version) then
        return old;
    end if;
    raise exception 'only an archived order leaves';
end;
$$;

create trigger orders_leave_only_archived before delete on orders
    for each row execute function orders_leave_only_archived();

create function transactions_leave_only_archived() returns trigger language plpgsql as $$
begin
    if exists (select 1 from archived_transactions
               where number = old.number and order_id = old.order_id and state = old.state) then
        return old;
    end if;
    raise exception 'only an archived transaction leaves';
end;
$$;

create trigger transactions_leave_only_archived before delete on transactions
    for each row execute function transactions_leave_only_archived();

-- What is archived never comes back to life, not even by a program that knows nothing of archives. Asked once for each
-- statement, however many rows it has.
create function archived_orders_do_not_return() returns trigger language plpgsql as $$
begin
    if exists (select 1 from added join archived_orders using (order_id)) then
        raise exception 'the order is archived';
    end if;
    return null;
end;
$$;

create trigger archived_orders_do_not_return after insert on orders
    referencing new table as added for each statement execute function archived_orders_do_not_return();

create function archived_transactions_do_not_return() returns trigger language plpgsql as $$
begin
    if exists (select 1 from added join archived_transactions using (provider, provider_id))
        or exists (select 1 from added join archived_transactions using (number)) then
        raise exception 'the transaction is archived';
    end if;
    return null;
end;
$$;

create trigger archived_transactions_do_not_return after insert on transactions
    referencing new table as added for each statement execute function archived_transactions_do_not_return();
