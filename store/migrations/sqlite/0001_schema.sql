-- The schema: orders, the transactions that pay them, the journal of both, and what is kept beside them.
-- What must never be is refused here too, whatever the program believes.
--
-- A check against a list of more than two values (status in ('pending', ...)) makes SQLite build and drop a small table for
-- every row that it writes; comparisons do not.

-- Transactions and the journal refer to an order by its row. The id that everybody else uses is looked up in one index.
create table orders (
    order_row     integer primary key,
    order_id      text    not null unique check (length(order_id) between 1 and 64),
    amount_tiyin  integer not null check (amount_tiyin > 0),
    copies        integer not null check (copies between 1 and 999),
    booth_id      text    not null check (length(booth_id) between 1 and 32),
    booth_name    text    not null,
    by_api        integer not null default 0 check (by_api = 0 or by_api = 1),
    chosen        text    check (chosen = 'payme' or chosen = 'click' or chosen = 'uzum' or chosen = 'uzum_qr' or chosen = 'uzqr' or chosen = 'test'),
    language      text    check (language = 'ru' or language = 'uz' or language = 'en'),
    status        text    not null check (
        status = 'pending' or status = 'paid' or status = 'cancelled' or status = 'refunded' or status = 'expired'),
    created_at_ms integer not null,
    expires_at_ms integer not null,
    begun_at_ms   integer,
    printed_at_ms integer,
    print_state   text check (
        print_state = 'shots' or print_state = 'asked' or print_state = 'printing' or print_state = 'printed' or print_state = 'failed'
        or print_state = 'stuck' or print_state = 'unknown' or print_state = 'claim' or print_state = 'stopped'),
    print_job     integer check (print_job >= 1),
    copies_printed integer check (copies_printed between 0 and copies),
    print_until_ms integer,
    refund_asked_at_ms integer,
    changed_at_ms integer not null check (changed_at_ms >= created_at_ms),
    version       integer not null check (version >= 1),
    check (printed_at_ms is null or status = 'paid' or status = 'refunded'),
    check (refund_asked_at_ms is null or status = 'paid' or status = 'refunded'),
    check ((print_job is null) = (print_state is null) and (copies_printed is null) = (print_state is null)),
    check (print_state is null or status = 'paid' or status = 'refunded')
) strict;

-- Orders of a day. Written once, when the order is made.
create index orders_by_time on orders (created_at_ms);

-- What the sweep looks for.
create index orders_pending_by_expiry on orders (expires_at_ms) where status = 'pending';

-- What is owed back: orders whose money a person asked back and has not gone.
create index orders_asked_back on orders (order_row) where status = 'paid' and refund_asked_at_ms is not null;

-- What is owed in prints: claims, and prints of which nobody knows whether they came out.
create index orders_with_claims on orders (order_row)
    where print_state = 'failed' or print_state = 'stuck' or print_state = 'unknown' or print_state = 'claim';

-- What was paid before its pictures were taken, and waits for them.
create index orders_awaiting_shots on orders (order_row) where print_state = 'shots';

-- The few that came to nothing, for lists of them: among years of others they are not looked for one by one. Payments write nothing
-- here.
create index orders_closed on orders (status, order_row)
    where status = 'cancelled' or status = 'refunded' or status = 'expired';

create table transactions (
    number           integer primary key,
    order_row        integer not null references orders (order_row),
    provider         text    not null check (
        provider = 'payme' or provider = 'click' or provider = 'uzum' or provider = 'uzum_qr' or provider = 'uzqr' or provider = 'test'),
    provider_id      text    not null check (length(provider_id) between 1 and 64),
    amount_tiyin     integer not null check (amount_tiyin > 0),
    provider_time_ms integer not null,
    create_time_ms   integer not null,
    perform_time_ms  integer check (perform_time_ms >= create_time_ms),
    cancel_time_ms   integer check (cancel_time_ms >= coalesce(perform_time_ms, create_time_ms)),
    state            text    not null check (
        state = 'created' or state = 'performed' or state = 'cancelled' or state = 'refunded' or state = 'owed'
        or state = 'given_back'),
    reason           text    check (reason = 'timed_out' or reason = 'failed' or reason = 'refund' or reason = 'by_hand'),
    details          text    not null check (json_valid(details)),
    unique (provider, provider_id),
    check ((perform_time_ms is null) = (state = 'created' or state = 'cancelled')),
    check ((cancel_time_ms is null) = (state = 'created' or state = 'performed' or state = 'owed')),
    check (reason is null or cancel_time_ms is not null)
) strict;

-- An order has one transaction at most that may still bring, or has brought, money: over all providers.
create unique index one_holder_per_order on transactions (order_row) where state in ('created', 'performed');
create index transactions_by_order on transactions (order_row);
-- A provider's statement: by the provider's time, ties in the order of creation.
create index transactions_by_provider_time on transactions (provider, provider_time_ms, number);
-- What a customer reads in Click's message is in the details. Details that cannot be read are not looked for.
create index transactions_by_receipt on transactions (json_extract(details, '$.click_paydoc_id'))
    where provider = 'click' and json_valid(details);
-- What the sweep looks for.
create index transactions_waiting on transactions (create_time_ms) where state = 'created';
-- What is owed back.
create index transactions_owed on transactions (order_row) where state = 'owed';

-- Rows lie in the order in which they were written. Each carries a digest over the one before it and over itself. On SQLite
-- there is one writer at a time, so there is one chain.
create table journal (
    writer    integer not null check (writer = 1),
    sequence  integer primary key check (sequence >= 1),
    order_row integer not null references orders (order_row),
    version   integer not null check (version >= 1),
    at_ms     integer not null,
    actor     text    not null,
    change    text    not null check (json_valid(change)),
    digest    blob    not null check (length(digest) = 32),
    unique (order_row, version)
) strict;

-- What a server that goes live asks about the database it was tried out on.
create index journal_unproven on journal (actor) where actor in ('payme_unproven', 'click_unproven', 'uzum_unproven', 'test');

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

-- Settings that are changed while the program runs: as they are, and every change of them.
create table settings (
    name          text    primary key check (length(name) between 1 and 64),
    value         text    check (json_valid(value)),
    version       integer not null check (version >= 1),
    changed_at_ms integer not null
) strict, without rowid;

create table setting_changes (
    name    text    not null references settings (name),
    version integer not null check (version >= 1),
    at_ms   integer not null,
    actor   text    not null,
    value   text    check (json_valid(value)),
    primary key (name, version)
) strict, without rowid;

create trigger setting_changes_are_not_rewritten before update on setting_changes
begin
    select raise(abort, 'changes of settings are append-only');
end;

create trigger setting_changes_are_not_shortened before delete on setting_changes
begin
    select raise(abort, 'changes of settings are append-only');
end;

-- Sums over all orders, kept in the commit that changes them. On PostgreSQL a writer's own rows may be negative.
-- By the hour in UTC in which the order was made, counted from 1970, once more by the day in UTC, and once more for all time:
-- `hours` is how many hours a row is about, of which 0 is all, and `hour` the first of them. `begun` is 1 for orders that a provider
-- once began to pay.
create table order_sums (
    writer           integer not null check (writer = 1),
    hours            integer not null check (hours in (0, 1, 24)),
    hour             integer not null check (hour >= 0),
    booth_id         text    not null,
    status           text    not null,
    begun            integer not null check (begun = 0 or begun = 1),
    orders           integer not null,
    copies           integer not null,
    amount_tiyin     integer not null,
    asked_back       integer not null,
    asked_back_tiyin integer not null,
    primary key (hours, hour, booth_id, status, begun, writer)
) strict, without rowid;

-- By the hour in which the transaction was performed, and for went_back in which its money went; the same three times.
create table takings (
    writer         integer not null check (writer = 1),
    hours          integer not null check (hours in (0, 1, 24)),
    hour           integer not null check (hour >= 0),
    provider       text    not null,
    booth_id       text    not null,
    paid           integer not null,
    paid_tiyin     integer not null,
    refunded       integer not null,
    refunded_tiyin integer not null,
    owed           integer not null,
    owed_tiyin     integer not null,
    given_back     integer not null,
    given_back_tiyin integer not null,
    went_back      integer not null,
    went_back_tiyin integer not null,
    primary key (hours, hour, provider, booth_id, writer)
) strict, without rowid;

-- What has to happen outside the database after a commit, written in it. `due_at_ms` is when somebody may take it: of a leased
-- one, when the lease ends. Only these change, and a task that was finished long ago is removed.
create table tasks (
    number         integer primary key,
    key            text    not null unique check (length(key) between 1 and 64),
    kind           text    not null check (kind = 'webhook' or kind = 'refund' or kind = 'telegram' or kind = 'uzum_code' or kind = 'receipt' or kind = 'print'),
    target         text    not null check (length(target) between 1 and 64),
    order_id       text    check (length(order_id) between 1 and 64),
    payload        text    not null check (json_valid(payload)),
    created_at_ms  integer not null,
    state          text    not null check (state = 'waiting' or state = 'leased' or state = 'done' or state = 'failed'),
    attempts       integer not null check (attempts >= 0),
    due_at_ms      integer,
    finished_at_ms integer,
    last_error     text,
    check ((due_at_ms is null) = (state = 'done' or state = 'failed')),
    check ((finished_at_ms is null) = (state = 'waiting' or state = 'leased'))
) strict;

-- What is to be done, for each target by itself; and what may go.
create index tasks_due on tasks (kind, target, due_at_ms) where due_at_ms is not null;
create index tasks_finished on tasks (state, finished_at_ms) where finished_at_ms is not null;

-- Photo sessions, beside money. A session and what is known of its photos are one row, so a step of one is one write at the
-- version that was seen. The pictures are files. Rows go a while after their time.
create table photo_sessions (
    id              text    primary key check (length(id) = 36),
    kind            text    not null check (kind = 'upload' or kind = 'download'),
    kiosk_id        integer not null,
    status          text    not null check (
        status = 'pending' or status = 'active' or status = 'completed' or status = 'cancelled' or status = 'expired'),
    created_at_ms   integer not null,
    expires_at_ms   integer not null,
    completed_at_ms integer,
    customer_id     integer,
    customer_name   text,
    language        text    check (language = 'ru' or language = 'uz' or language = 'en'),
    opened_at_ms    integer,
    data            text    not null check (json_valid(data)),
    photos          text    not null check (json_valid(photos)),
    numbered        integer not null check (numbered >= 0),
    replacing       integer,
    to_send         integer,
    choice          text    check (json_valid(choice)),
    order_id        text,
    link            text    check (length(link) = 32),
    version         integer not null check (version >= 1),
    check ((customer_id is null) = (language is null))
) strict;

create index photo_sessions_by_customer on photo_sessions (customer_id, opened_at_ms) where customer_id is not null;
create index photo_sessions_by_expiry on photo_sessions (expires_at_ms);
create unique index photo_sessions_by_order on photo_sessions (order_id) where order_id is not null;
create unique index photo_sessions_by_link on photo_sessions (link) where link is not null;

-- What came from Telegram: kept before Telegram is told that it may forget it, and handled once. What was said goes when it is
-- handled; the number stays a while, because it may come again.
create table telegram_updates (
    bot_id         integer not null,
    update_id      integer not null,
    customer_id    integer not null,
    received_at_ms integer not null,
    content        text    check (json_valid(content)),
    handled_at_ms  integer,
    primary key (bot_id, update_id),
    check ((content is null) = (handled_at_ms is not null))
) strict;

create index telegram_updates_waiting on telegram_updates (bot_id, update_id) where handled_at_ms is null;

-- Who may use the owner's panel. Of a one-time link only its digest is kept, until when it works and no longer. Of a second factor: the
-- secret that the person's phone has too, the last step of time whose code was taken, the digests of the recovery codes that are left.
create table admins (
    name          text    primary key check (length(name) between 1 and 32),
    role          text    not null check (role = 'owner' or role = 'operator'),
    password      text,
    link_digest   text    check (length(link_digest) = 64),
    link_until_ms integer,
    second_secret text,
    second_step   integer,
    recovery      text,
    created_at_ms integer not null,
    version       integer not null check (version >= 1),
    check ((link_digest is null) = (link_until_ms is null)),
    check ((second_secret is null) = (second_step is null) and (second_secret is null) = (recovery is null))
) strict, without rowid;

-- Who is in, or has given his password and is asked for a code. Of what his browser carries only a digest is kept. Rows go when the
-- session has ended.
create table admin_sessions (
    digest        text    primary key check (length(digest) = 64),
    admin         text    not null references admins (name),
    created_at_ms integer not null,
    seen_at_ms    integer not null,
    awaits_code   integer not null check (awaits_code = 0 or awaits_code = 1)
) strict, without rowid;

create index admin_sessions_by_admin on admin_sessions (admin);

-- Who did what in the panel.
create table audit (
    number  integer primary key,
    at_ms   integer not null,
    who     text    check (length(who) between 1 and 32),
    deed    text    not null,
    about   text,
    old     text,
    new     text,
    address text
) strict;

create index audit_about on audit (about, number) where about is not null;
create index audit_who on audit (who, at_ms) where who is not null;
create index audit_of_people on audit (number) where deed <> 'order_changed_by_token';

create trigger audit_is_not_rewritten before update on audit
begin
    select raise(abort, 'the audit is append-only');
end;

create trigger audit_is_not_shortened before delete on audit
begin
    select raise(abort, 'the audit is append-only');
end;

-- What differs between a wallet's statement and the ledger, and what people have made of it. The key names it among all of a wallet.
create table differences (
    provider      text    not null,
    key           text    not null,
    kind          text    not null,
    at_ms         integer not null,
    payment       text,
    order_id      text,
    here_tiyin    integer,
    there_tiyin   integer,
    evidence      text    not null,
    state         text    not null check (state = 'open' or state = 'waiting' or state = 'explained' or state = 'settled'),
    owner         text,
    note          text,
    found_at_ms   integer not null,
    changed_at_ms integer not null,
    version       integer not null check (version >= 1),
    primary key (provider, key)
) strict, without rowid;

create index differences_by_time on differences (state, at_ms);

-- Days of a wallet that were compared with its statement: what was paid on both sides.
create table compared_days (
    provider       text    not null,
    day            text    not null check (length(day) = 10),
    here_count     integer not null,
    here_tiyin     integer not null,
    there_count    integer not null,
    there_tiyin    integer not null,
    differences    integer not null,
    evidence       text    not null,
    compared_at_ms integer not null,
    primary key (provider, day)
) strict, without rowid;
