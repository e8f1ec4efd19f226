-- The first schema: orders, the transactions that pay them, and the journal of both.
-- What must never be is refused here too, whatever the program believes.
-- Ids are compared byte by byte (collate "C"), as on SQLite, whatever the language of the database.
--
-- PostgreSQL writes a row's next version beside the old one, without a new entry in any index, when the page has room and no
-- column has changed that an index, or an index's condition, names. Every transaction changes its state, so no index names
-- the state; and pages of rows that change are filled to the half.
--
-- No index but the right one begins, or continues, with a column by which a call looks a row up: statements are planned
-- once, perhaps when the tables are empty and every index looks as good as any other.

create table orders (
    order_id      text   collate "C" primary key check (length(order_id) between 1 and 64),
    amount_tiyin  bigint not null check (amount_tiyin > 0),
    copies        bigint not null check (copies between 1 and 999),
    booth_id      text   not null check (length(booth_id) between 1 and 32),
    booth         text   not null,
    chosen        text,
    language      text,
    status        text   not null check (status in ('pending', 'paid', 'cancelled', 'refunded', 'expired')),
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    printed_at_ms bigint,
    changed_at_ms bigint not null check (changed_at_ms >= created_at_ms),
    version       bigint not null check (version >= 1),
    check (printed_at_ms is null or status in ('paid', 'refunded'))
) with (fillfactor = 50);

-- What the sweep looks for.
create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';
-- What an overview lists, newest first.
create index orders_by_creation on orders (created_at_ms);

-- Drawn once for each new transaction, while its order is locked: of two transactions of one order, the later has the
-- higher number, whichever process made them. A number that is drawn and not used leaves a gap, which is harmless.
create sequence transaction_numbers;

create table transactions (
    number           bigint primary key check (number >= 1),
    provider         text   collate "C" not null check (provider in ('payme', 'test')),
    provider_id      text   collate "C" not null check (length(provider_id) between 1 and 64),
    order_id         text   collate "C" not null references orders (order_id),
    amount_tiyin     bigint not null check (amount_tiyin > 0),
    provider_time_ms bigint not null,
    create_time_ms   bigint not null,
    perform_time_ms  bigint check (perform_time_ms >= create_time_ms),
    cancel_time_ms   bigint check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            text    not null check (
        state = 'created' or state = 'performed' or state = 'cancelled' or state = 'refunded' or state = 'owed'
        or state = 'given_back'),
    reason           text,
    -- What the provider alone needs, as JSON.
    details          text    not null,
    -- The order while the transaction may still bring, or has brought, money. It stays the same from created to performed.
    live_order_id    text    collate "C" generated always as (case when state in ('created', 'performed') then order_id end) stored,
    unique (provider, provider_id),
    check ((perform_time_ms is null) = (state = 'created' or state = 'cancelled')),
    check ((cancel_time_ms is null) = (state = 'created' or state = 'performed' or state = 'owed')),
    check (reason is null or cancel_time_ms is not null)
) with (fillfactor = 50);

-- An order has one transaction at most that may still bring, or has brought, money: over all providers.
create unique index one_live_transaction_per_order on transactions (live_order_id);
create index transactions_by_order on transactions (order_id);
-- A provider's statement: by the provider's time; ties are sorted as they come, and other providers' rows are passed over.
create index transactions_by_provider_time on transactions (provider_time_ms);

-- The change is kept as the text that was written; json checks its form and leaves it as it is.
--
-- A journal row is written in one commit with its order at the very version that the row's key says: the order is there.
-- A foreign key would look it up again for each row, and lock it again: a good part of the cost of a payment.
create table journal (
    order_id text   collate "C" not null,
    version  bigint not null check (version >= 1),
    at_ms    bigint not null,
    actor    text   not null,
    change   json   not null,
    primary key (order_id, version)
);

-- What a server that goes live asks about the database it was tried out on.
create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'test');

create function journal_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only';
end;
$$;

create trigger journal_is_not_rewritten before update on journal
    for each row execute function journal_is_append_only();

create trigger journal_is_not_shortened before delete on journal
    for each row execute function journal_is_append_only();

create trigger journal_is_not_emptied before truncate on journal
    for each statement execute function journal_is_append_only();

create function rows_stay() returns trigger language plpgsql as $$
begin
    raise exception 'an order and its transactions are never deleted';
end;
$$;

create trigger orders_stay before delete on orders
    for each row execute function rows_stay();

create trigger orders_are_not_emptied before truncate on orders
    for each statement execute function rows_stay();

create trigger transactions_stay before delete on transactions
    for each row execute function rows_stay();

create trigger transactions_are_not_emptied before truncate on transactions
    for each statement execute function rows_stay();

-- Settings that are changed while the program runs, as JSON; secrets among them only as digests. A setting that was taken
-- back has no value.
create table settings (
    name          text    primary key check (length(name) between 1 and 64),
    value         text,
    version       bigint not null check (version >= 1),
    changed_at_ms bigint not null
);

-- Who changed a setting, when and to what.
create table setting_changes (
    name    text    not null,
    version bigint not null check (version >= 1),
    at_ms   bigint not null,
    actor   text    not null,
    value   text,
    primary key (name, version)
);
