-- The schema: orders, the transactions that pay them, the journal of both, and what is kept beside them.
-- What must never be is refused here too, whatever the program believes.
-- Ids are compared byte by byte (collate "C"), as on SQLite, whatever the language of the database.
--
-- PostgreSQL writes a row's next version beside the old one, without a new entry in any index, when the page has room and no
-- column has changed that an index, or an index's condition, names. Every transaction changes its state, so no index names
-- the state; and pages of rows that change are filled to the half.
--
-- No index but the right one begins, or continues, with a column by which a call looks a row up: statements are planned
-- once, perhaps when the tables are empty and every index looks as good as any other.

-- Drawn once for each new order. Each session draws as many as it needs, so the later of two orders that two sessions make at
-- the same time may have the lower number.
create sequence order_rows;

-- Transactions and the journal refer to an order by its row. The id that everybody else uses is looked up in one index.
create table orders (
    order_row     bigint primary key check (order_row >= 1),
    order_id      text   collate "C" not null unique check (length(order_id) between 1 and 64),
    amount_tiyin  bigint not null check (amount_tiyin > 0),
    copies        bigint not null check (copies between 1 and 999),
    booth_id      text   collate "C" not null check (length(booth_id) between 1 and 32),
    booth_name    text   not null,
    by_api        bigint not null default 0 check (by_api in (0, 1)),
    chosen        text   collate "C" check (chosen in ('payme', 'click', 'uzum', 'uzum_qr', 'uzqr', 'test')),
    language      text   collate "C" check (language in ('ru', 'uz', 'en')),
    status        text   collate "C" not null check (status in ('pending', 'paid', 'cancelled', 'refunded', 'expired')),
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    begun_at_ms   bigint,
    printed_at_ms bigint,
    print_state   text   collate "C" check (
        print_state in ('shots', 'asked', 'printing', 'printed', 'failed', 'stuck', 'unknown', 'claim', 'stopped')),
    print_job     bigint check (print_job >= 1),
    copies_printed bigint check (copies_printed between 0 and copies),
    print_until_ms bigint,
    refund_asked_at_ms bigint,
    changed_at_ms bigint not null check (changed_at_ms >= created_at_ms),
    version       bigint not null check (version >= 1),
    check (printed_at_ms is null or status in ('paid', 'refunded')),
    check (refund_asked_at_ms is null or status in ('paid', 'refunded')),
    check ((print_job is null) = (print_state is null) and (copies_printed is null) = (print_state is null)),
    check (print_state is null or status in ('paid', 'refunded'))
) with (fillfactor = 50);

-- Orders of a day. Written once, when the order is made.
create index orders_by_time on orders (created_at_ms);

-- What the sweep looks for.
create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';

-- What is owed back: orders whose money a person asked back and has not gone.
create index orders_asked_back on orders (order_row) where status = 'paid' and refund_asked_at_ms is not null;

-- What is owed in prints: claims, and prints of which nobody knows whether they came out. Where print jobs are made, a payment
-- changes the state that this names; where none are, it does not.
create index orders_with_claims on orders (order_row) where print_state in ('failed', 'stuck', 'unknown', 'claim');

-- What was paid before its pictures were taken, and waits for them.
create index orders_awaiting_shots on orders (order_row) where print_state = 'shots';

-- The few that came to nothing, for lists of them: among years of others they are not looked for one by one. Payments write nothing
-- here.
create index orders_closed on orders (status, order_row)
    where status in ('cancelled', 'refunded', 'expired');

-- Drawn once for each new transaction, after its order was looked at: of two transactions of one order, the later has the
-- higher number, whichever process made them. A number that is drawn and not used leaves a gap, which is harmless.
create sequence transaction_numbers;

create table transactions (
    number           bigint primary key check (number >= 1),
    order_row        bigint not null references orders (order_row),
    provider         text   collate "C" not null check (provider in ('payme', 'click', 'uzum', 'uzum_qr', 'uzqr', 'test')),
    provider_id      text   collate "C" not null check (length(provider_id) between 1 and 64),
    amount_tiyin     bigint not null check (amount_tiyin > 0),
    provider_time_ms bigint not null,
    create_time_ms   bigint not null,
    perform_time_ms  bigint check (perform_time_ms >= create_time_ms),
    cancel_time_ms   bigint check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            text   collate "C" not null
        check (state in ('created', 'performed', 'cancelled', 'refunded', 'owed', 'given_back')),
    reason           text   collate "C" check (reason in ('timed_out', 'failed', 'refund', 'by_hand')),
    details          text   not null,
    -- The order while the transaction holds it: while it may still bring, or has brought, money. It stays the same from created
    -- to performed.
    held_order_row   bigint generated always as (case when state in ('created', 'performed') then order_row end) stored,
    unique (provider, provider_id),
    check ((perform_time_ms is null) = (state in ('created', 'cancelled'))),
    check ((cancel_time_ms is null) = (state in ('created', 'performed', 'owed'))),
    check (reason is null or cancel_time_ms is not null)
) with (fillfactor = 50);

-- An order has one transaction at most that may still bring, or has brought, money: over all providers.
create unique index one_holder_per_order on transactions (held_order_row);
create index transactions_by_order on transactions (order_row);
-- What a customer reads in Click's message is in the details.
create index transactions_by_receipt on transactions (substring(details from '"click_paydoc_id":([0-9]+)'))
    where provider = 'click';
-- A provider's statement: by the provider's time; ties are sorted as they come, and other providers' rows are passed over.
create index transactions_by_provider_time on transactions (provider_time_ms);

-- Each row carries a digest over the one before it in its writer's chain and over itself. Who writes has a number that no
-- other session has at the same time.
--
-- The change is kept as the text that was written; json checks its form and leaves it as it is.
--
-- A journal row is written in one commit with its order at the very version that the row's key says: the order is there.
-- A foreign key would look it up again for each row, and lock it again: a good part of the cost of a payment.
create table journal (
    writer    bigint not null check (writer >= 1),
    sequence  bigint not null check (sequence >= 1),
    order_row bigint not null,
    version   bigint not null check (version >= 1),
    at_ms     bigint not null,
    actor     text   collate "C" not null,
    change    json   not null,
    digest    bytea  not null check (length(digest) = 32),
    primary key (order_row, version),
    unique (writer, sequence)
);

-- What a server that goes live asks about the database it was tried out on.
create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'click_unproven', 'uzum_unproven', 'test');

create function rows_stay() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed so', tg_table_name;
end;
$$;

create trigger journal_is_not_rewritten before update on journal for each row execute function rows_stay();
create trigger journal_is_not_shortened before delete on journal for each row execute function rows_stay();
create trigger journal_is_not_emptied before truncate on journal for each statement execute function rows_stay();
create trigger orders_stay before delete on orders for each row execute function rows_stay();
create trigger orders_are_not_emptied before truncate on orders for each statement execute function rows_stay();
create trigger transactions_stay before delete on transactions for each row execute function rows_stay();
create trigger transactions_are_not_emptied before truncate on transactions for each statement execute function rows_stay();

-- Settings that are changed while the program runs: as they are, and every change of them.
create table settings (
    name          text   collate "C" primary key check (length(name) between 1 and 64),
    value         text,
    version       bigint not null check (version >= 1),
    changed_at_ms bigint not null
);

create table setting_changes (
    name    text   collate "C" not null references settings (name),
    version bigint not null check (version >= 1),
    at_ms   bigint not null,
    actor   text   collate "C" not null,
    value   text,
    primary key (name, version)
);

create trigger setting_changes_are_not_rewritten before update on setting_changes for each row execute function rows_stay();
create trigger setting_changes_are_not_shortened before delete on setting_changes for each row execute function rows_stay();
create trigger setting_changes_are_not_emptied before truncate on setting_changes
    for each statement execute function rows_stay();

-- Sums over all orders, kept in the commit that changes them. Each writer adds to rows of its own, so that none waits for
-- another; what an order was may have been counted by one writer and is taken away by the next, so a row may be negative.
-- By the hour in UTC in which the order was made, counted from 1970, once more by the day in UTC, and once more for all time:
-- `hours` is how many hours a row is about, of which 0 is all, and `hour` the first of them. `begun` is 1 for orders that a provider
-- once began to pay.
create table order_sums (
    writer           bigint not null check (writer >= 1),
    hours            bigint not null check (hours in (0, 1, 24)),
    hour             bigint not null check (hour >= 0),
    booth_id         text   collate "C" not null,
    status           text   collate "C" not null,
    begun            bigint not null check (begun in (0, 1)),
    orders           bigint not null,
    copies           bigint not null,
    amount_tiyin     bigint not null,
    asked_back       bigint not null,
    asked_back_tiyin bigint not null,
    primary key (hours, hour, booth_id, status, begun, writer)
) with (fillfactor = 50);

-- By the hour in which the transaction was performed, and for went_back in which its money went; the same three times.
create table takings (
    writer         bigint not null check (writer >= 1),
    hours          bigint not null check (hours in (0, 1, 24)),
    hour           bigint not null check (hour >= 0),
    provider       text   collate "C" not null,
    booth_id       text   collate "C" not null,
    paid           bigint not null,
    paid_tiyin     bigint not null,
    refunded       bigint not null,
    refunded_tiyin bigint not null,
    owed           bigint not null,
    owed_tiyin     bigint not null,
    given_back     bigint not null,
    given_back_tiyin bigint not null,
    went_back      bigint not null,
    went_back_tiyin bigint not null,
    primary key (hours, hour, provider, booth_id, writer)
) with (fillfactor = 50);

-- What has to happen outside the database after a commit, written in it. `due_at_ms` is when somebody may take it: of a leased
-- one, when the lease ends. Only these change, and a task that was finished long ago is removed.
create sequence task_numbers;

create table tasks (
    number         bigint primary key default nextval('task_numbers') check (number >= 1),
    key            text   collate "C" not null unique check (length(key) between 1 and 64),
    kind           text   collate "C" not null check (kind in ('webhook', 'refund', 'telegram', 'uzum_code', 'receipt', 'print')),
    target         text   collate "C" not null check (length(target) between 1 and 64),
    order_id       text   collate "C" check (length(order_id) between 1 and 64),
    payload        text   not null,
    created_at_ms  bigint not null,
    state          text   collate "C" not null check (state in ('waiting', 'leased', 'done', 'failed')),
    attempts       bigint not null check (attempts >= 0),
    due_at_ms      bigint,
    finished_at_ms bigint,
    last_error     text,
    check ((due_at_ms is null) = (state in ('done', 'failed'))),
    check ((finished_at_ms is null) = (state in ('waiting', 'leased')))
);

-- What is to be done, for each target by itself; and what may go.
create index tasks_due on tasks (kind, target, due_at_ms) where due_at_ms is not null;
create index tasks_finished on tasks (state, finished_at_ms) where finished_at_ms is not null;

-- Photo sessions, beside money. A session and what is known of its photos are one row, so a step of one is one write at the
-- version that was seen. The pictures are files. Rows go a while after their time.
create table photo_sessions (
    id              text   collate "C" primary key check (length(id) = 36),
    kind            text   collate "C" not null check (kind in ('upload', 'download')),
    kiosk_id        bigint not null,
    status          text   collate "C" not null check (status in ('pending', 'active', 'completed', 'cancelled', 'expired')),
    created_at_ms   bigint not null,
    expires_at_ms   bigint not null,
    completed_at_ms bigint,
    customer_id     bigint,
    customer_name   text   collate "C",
    language        text   collate "C" check (language in ('ru', 'uz', 'en')),
    opened_at_ms    bigint,
    data            text   not null,
    photos          text   not null,
    numbered        bigint not null check (numbered >= 0),
    replacing       bigint,
    to_send         bigint,
    choice          text,
    order_id        text   collate "C",
    link            text   collate "C" check (length(link) = 32),
    version         bigint not null check (version >= 1),
    check ((customer_id is null) = (language is null))
);

create index photo_sessions_by_customer on photo_sessions (customer_id, opened_at_ms) where customer_id is not null;
create index photo_sessions_by_expiry on photo_sessions (expires_at_ms);
create unique index photo_sessions_by_order on photo_sessions (order_id) where order_id is not null;
create unique index photo_sessions_by_link on photo_sessions (link) where link is not null;

-- What came from Telegram: kept before Telegram is told that it may forget it, and handled once. What was said goes when it is
-- handled; the number stays a while, because it may come again.
create table telegram_updates (
    bot_id         bigint not null,
    update_id      bigint not null,
    customer_id    bigint not null,
    received_at_ms bigint not null,
    content        text,
    handled_at_ms  bigint,
    primary key (bot_id, update_id),
    check ((content is null) = (handled_at_ms is not null))
);

create index telegram_updates_waiting on telegram_updates (bot_id, update_id) where handled_at_ms is null;

-- Who may use the owner's panel. Of a one-time link only its digest is kept, until when it works and no longer. Of a second factor: the
-- secret that the person's phone has too, the last step of time whose code was taken, the digests of the recovery codes that are left.
create table admins (
    name          text   collate "C" primary key check (length(name) between 1 and 32),
    role          text   collate "C" not null check (role in ('owner', 'operator')),
    password      text   collate "C",
    link_digest   text   collate "C" check (length(link_digest) = 64),
    link_until_ms bigint,
    second_secret text   collate "C",
    second_step   bigint,
    recovery      text   collate "C",
    created_at_ms bigint not null,
    version       bigint not null check (version >= 1),
    check ((link_digest is null) = (link_until_ms is null)),
    check ((second_secret is null) = (second_step is null) and (second_secret is null) = (recovery is null))
);

-- Who is in, or has given his password and is asked for a code. Of what his browser carries only a digest is kept. Rows go when the
-- session has ended.
create table admin_sessions (
    digest        text   collate "C" primary key check (length(digest) = 64),
    admin         text   collate "C" not null references admins (name),
    created_at_ms bigint not null,
    seen_at_ms    bigint not null,
    awaits_code   bigint not null check (awaits_code in (0, 1))
);

create index admin_sessions_by_admin on admin_sessions (admin);

-- Who did what in the panel.
create sequence audit_numbers;

create table audit (
    number  bigint primary key default nextval('audit_numbers') check (number >= 1),
    at_ms   bigint not null,
    who     text   collate "C" check (length(who) between 1 and 32),
    deed    text   collate "C" not null,
    about   text   collate "C",
    old     text,
    new     text,
    address text   collate "C"
);

create index audit_about on audit (about, number) where about is not null;
create index audit_who on audit (who, at_ms) where who is not null;
create index audit_of_people on audit (number) where deed <> 'order_changed_by_token';

create trigger audit_is_not_rewritten before update on audit for each row execute function rows_stay();
create trigger audit_is_not_shortened before delete on audit for each row execute function rows_stay();
create trigger audit_is_not_emptied before truncate on audit for each statement execute function rows_stay();

-- What differs between a wallet's statement and the ledger, and what people have made of it. The key names it among all of a wallet.
create table differences (
    provider      text   collate "C" not null,
    key           text   collate "C" not null,
    kind          text   collate "C" not null,
    at_ms         bigint not null,
    payment       text,
    order_id      text,
    here_tiyin    bigint,
    there_tiyin   bigint,
    evidence      text   not null,
    state         text   collate "C" not null check (state in ('open', 'waiting', 'explained', 'settled')),
    owner         text   collate "C",
    note          text,
    found_at_ms   bigint not null,
    changed_at_ms bigint not null,
    version       bigint not null check (version >= 1),
    primary key (provider, key)
);

create index differences_by_time on differences (state, at_ms);

-- Days of a wallet that were compared with its statement: what was paid on both sides.
create table compared_days (
    provider       text   collate "C" not null,
    day            text   collate "C" not null check (length(day) = 10),
    here_count     bigint not null,
    here_tiyin     bigint not null,
    there_count    bigint not null,
    there_tiyin    bigint not null,
    differences    bigint not null,
    evidence       text   not null,
    compared_at_ms bigint not null,
    primary key (provider, day)
);
