//! Every limit of the server that nobody needs to change: a name, a unit and a reason. Those that an owner may set are in
//! `config.default.toml`, in `[limits]`.

use crate::net::Rate;
use boothpay_protocol::panel::TOKEN_NAME_CHARS_MAX;
use boothpay_protocol::time::SpanMs;
use std::time::Duration;

/// Bytes of a webhook's body. Payme's calls take less than 2 KiB.
pub(crate) const WEBHOOK_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body sent to our own API, which takes three short members.
pub(crate) const API_BYTES_MAX: usize = 16 * 1024;

/// How long an answer may take. After that the provider gets its system error and repeats the call.
pub(crate) const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// Places for watching an order that only this computer, and whoever has proved himself, may take: the booth's own screens.
pub(crate) const STREAMS_KEPT: usize = 32;

/// How often a silent stream shows that it is alive.
pub(crate) const STREAM_HEARTBEAT: Duration = Duration::from_secs(10);

/// How often the sweep looks for orders and payments that are too old: an order's screen is never further behind than this.
pub(crate) const SWEEP_PERIOD: Duration = Duration::from_secs(5);

/// Orders that one step of the sweep takes, so that it never holds up payments for long.
pub(crate) const SWEEP_ORDERS_MAX: u32 = 200;

/// Steps of one sweep: with these, somebody who makes orders by the hundred thousand is tidied up after within minutes, and the
/// next sweep still comes.
pub(crate) const SWEEP_ROUNDS_MAX: usize = 100;

/// How often the log names the journal's heads.
pub(crate) const HEADS_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// How often it is asked whether a backup is due.
pub(crate) const BACKUP_PERIOD: Duration = Duration::from_secs(60);

/// How long running calls may take to finish when the program is asked to stop. Windows ends a program 5 s after its window was
/// closed, and what is left then is not finished at all.
pub(crate) const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(if cfg!(windows) { 3 } else { 10 });

/// Days listed by the overview.
pub(crate) const OVERVIEW_DAYS_MAX: usize = 31;

/// Payments in one page of the list: more than an owner reads, about half a MiB.
pub(crate) const PAYMENTS_LISTED_MAX: u32 = 1000;

/// Newer payments that a page of the list may leave out: they are counted off one by one.
pub(crate) const PAYMENTS_SKIPPED_MAX: u32 = 100_000;

/// Tries to find an order number that is not taken. One try all but always does: there are 9e8 numbers a day.
pub(crate) const NUMBER_TRIES_MAX: u32 = 5;

/// Until a job that broke off is started again: long enough not to fill the log, short against what waits for the job.
pub(crate) const JOB_PAUSE: Duration = Duration::from_secs(5);

/// How often a server looks whether another one on its database has connected a wallet: one row is read, and until then a key that was
/// replaced is still taken here.
pub(crate) const WALLETS_PERIOD: Duration = Duration::from_secs(3);

/// Seconds for which a look at whether the database can be written to serves everybody: a look is a synced commit.
pub(crate) const READY_PERIOD: u32 = 1;

/// Seconds for which one that found all well keeps a booth's screen open. The screen asks every five seconds, day and night, and a memory
/// card takes only so many synced commits; what cannot be written meanwhile is refused where it is to be written.
pub(crate) const BOOTH_READY_PERIOD: u32 = 60;

/// Bytes of an uploaded form: the largest statement that is read, and its fields.
pub(crate) const UPLOAD_BYTES_MAX: usize = crate::statement::FILE_BYTES_MAX + 64 * 1024;

/// Differences of one statement that are kept: with more it is the statement of another cashbox, or the database of another booth.
pub(crate) const DIFFERENCES_KEPT_MAX: usize = 1000;

/// Open differences that a page shows.
pub(crate) const DIFFERENCES_SHOWN_MAX: u32 = 100;

/// Payments here that are held against one statement: they are in memory, about 200 bytes each, and a statement has half as many rows.
pub(crate) const PAYMENTS_COMPARED_MAX: usize = 300_000;

// The printer.

/// How often the printer is looked at: one that is off is known within ten seconds, so before the next customer pays.
pub(crate) const PRINTER_LOOK_PERIOD: Duration = Duration::from_secs(3);

/// How long such a look is believed: as long as one may take, and the next.
pub(crate) const PRINTER_LOOK_IS_OLD: SpanMs = SpanMs::seconds(15);

/// How long a printer may take for an answer. Small ones think for a second or two.
pub(crate) const PRINTER_PATIENCE: Duration = Duration::from_secs(5);

/// How often a job in the printer is asked about: a sheet takes ten seconds and more.
pub(crate) const PRINTER_POLL: Duration = Duration::from_millis(500);

/// After so much silence a sheet is doubtful: the printer may have lost its power meanwhile.
pub(crate) const PRINTER_SILENCE: Duration = Duration::from_secs(10);

/// How long a job is taken to be in a printer that does not answer: until somebody was there in the morning. What has had no power for
/// longer has forgotten its jobs, and a customer's money is not held up for ever by a printer that is dead for good.
pub(crate) const PRINTER_STUCK: SpanMs = SpanMs::seconds(24 * 60 * 60);

/// Bytes of a printer's answer. Those asked for take a few KiB; a queue of hundreds of jobs some more.
pub(crate) const PRINTER_ANSWER_BYTES_MAX: usize = 512 * 1024;

/// Jobs that a printer is asked to list: ours are among the last.
pub(crate) const PRINTER_JOBS_MAX: i32 = 500;

/// How long the helper that speaks to Windows' spooler may take to start: a slow computer loads .NET in ten seconds.
pub(crate) const SPOOLER_START_PATIENCE: Duration = Duration::from_secs(30);

/// How long it may take for an answer, but for a print. It is given up then, and started anew.
pub(crate) const SPOOLER_PATIENCE: Duration = Duration::from_secs(10);

/// How often the queue is looked at while a sheet of ours is in it: a job that somebody deletes says so for a moment only.
pub(crate) const SPOOLER_POLL: Duration = Duration::from_millis(150);

/// How long it is waited before the helper is started again: at first, and at most. Each time twice as long.
pub(crate) const SPOOLER_PAUSE: Duration = Duration::from_millis(500);
pub(crate) const SPOOLER_PAUSE_MAX: Duration = Duration::from_secs(10);

/// A helper that lasted so long was a good one: the pauses begin anew.
pub(crate) const SPOOLER_STEADY: Duration = Duration::from_secs(60);

/// After so long, and when nothing is being printed, another helper takes its place: the printing classes of .NET lose memory.
pub(crate) const SPOOLER_RENEWED: Duration = Duration::from_secs(6 * 60 * 60);

/// Jobs of which it is remembered what came of them: those of the last hour or so.
pub(crate) const SPOOLER_TRACKS_MAX: usize = 200;

/// Characters of a printer's or a paper's name in Windows, at most; and those of what it says of an error.
pub(crate) const WINDOWS_NAME_CHARS_MAX: usize = 220;
pub(crate) const SPOOLER_SAID_CHARS_MAX: usize = 300;

// Connections.

/// Connections of one listener where the system allows few files; fewer would be too few for a booth and Payme.
pub(crate) const CONNECTIONS_MIN: usize = 64;

/// Files kept free of connections: the database's own and their side files, a backup with its check, sessions of
/// PostgreSQL, the page's streams; under 100 together, and as many again to be safe.
pub(crate) const FILES_RESERVE: u64 = 256;

/// Connections closed at once where there is no room, so that a crowd does not cost a search for each newcomer.
pub(crate) const ROOM: usize = 16;

/// Closed connections that may still be on their way out before the next one is taken.
pub(crate) const CLOSING_MAX: usize = 64;

/// How long taking connections pauses when the system gives none: long enough not to spin, too short to be noticed.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How often connections are looked at for their time.
pub(crate) const WATCH_PERIOD: Duration = Duration::from_secs(1);

/// How long past its time a body's connection is left, for the answer that says so.
pub(crate) const BODY_SPARE: Duration = Duration::from_secs(5);

/// How long one stream of an order's changes lasts; the page opens another. Longer than an order's screen.
pub(crate) const STREAM_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// How long the other end may take almost nothing of an answer, and how many bytes are more than that: half a KiB a second
/// is less than the slowest phone's.
pub(crate) const WRITE_PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const WRITE_BYTES_MIN: u64 = 16 * 1024;

/// How long half a request is waited for when the program is asked to stop.
pub(crate) const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of a request's head. Browsers send 2 KiB, proxies add as much.
pub(crate) const HEADER_BYTES_MAX: usize = 16 * 1024;

/// Headers of a request.
pub(crate) const HEADERS_MAX: usize = 100;

/// Bytes that a connection holds of what came or goes, each way.
pub(crate) const BUFFER_BYTES_MAX: usize = 32 * 1024;

/// Addresses remembered as those of somebody who proved himself; Payme has fifteen.
pub(crate) const PROVEN_MAX: usize = 256;

/// How long that is remembered: a booth's quiet night.
pub(crate) const PROVEN_PATIENCE: Duration = Duration::from_secs(12 * 60 * 60);

// How often a program on this computer may ask; never less than what an address of the network may. Whoever has proved himself is
// not limited; in development neither is this computer.

/// Orders from this computer: more than a day of many booths at once, then twenty a second. What it stops is a program
/// that has gone mad.
pub(crate) const ORDERS_HERE: Rate = Rate { burst: 10_000, per_minute: 1200 };

/// Order numbers that nobody has, typed on this computer, where the screen is.
pub(crate) const CLAIMS_HERE: Rate = Rate { burst: 30, per_minute: 30 };

/// Questions about an order from this computer: a hundred a second.
pub(crate) const STATUSES_HERE: Rate = Rate { burst: 10_000, per_minute: 6000 };

/// Calls of a webhook with a wrong key through this computer, so through a tunnel or a proxy: everybody's together.
pub(crate) const WRONG_KEYS_HERE: Rate = Rate { burst: 300, per_minute: 300 };

/// How long the answer to a wrong key is held back beyond that. Payme waits longer than this for an answer.
pub(crate) const WRONG_KEY_DELAY: Duration = Duration::from_secs(1);

/// Kinds of trouble and addresses told apart in the log; what is beyond is told as one sum.
pub(crate) const STRANGERS_MAX: usize = 256;

/// Seconds that are summed up in one line.
pub(crate) const STRANGERS_PERIOD: u32 = 60;

/// How often it is asked whether such a line is due.
pub(crate) const STRANGERS_TICK: Duration = Duration::from_secs(5);

/// Characters of a stranger's words that a line of the log repeats.
pub(crate) const REPEATED_CHARS_MAX: usize = 100;

/// How often tasks are looked for that another process has made, or whose pause is over.
pub(crate) const TASKS_PERIOD: Duration = Duration::from_secs(1);

/// Between two rounds of taking and recording tasks: under load, some share a commit, and payments go first.
pub(crate) const TASKS_PAUSE: Duration = Duration::from_millis(20);

/// Tasks of one target that are carried out at the same time: enough for a day's payments in a minute, few enough for a small
/// receiver.
pub(crate) const TASKS_AT_ONCE_MAX: u32 = 8;

/// How long tasks under way may take to come to an end when the program is asked to stop.
pub(crate) const TASKS_STOP_PATIENCE: Duration = Duration::from_secs(2);

/// How often old tasks are removed, and how many at most, so that it never holds up payments for long.
pub(crate) const TASKS_REMOVE_PERIOD: Duration = Duration::from_secs(60);
pub(crate) const TASKS_REMOVED_MAX: u32 = 1000;

/// How long an order that was paid first waits for its pictures before it becomes a claim and its owner is told: four shots and two
/// retakes take about three minutes. Whoever is still there then takes them all the same.
pub(crate) const PAID_SHOTS: SpanMs = SpanMs::seconds(10 * 60);

/// How often it is looked whether a shot's picture has come: a file in the camera's folder that has not grown meanwhile rests.
pub(crate) const CAMERA_LOOK: Duration = Duration::from_millis(250);

/// How long the file of a shot that brought nothing in time may still come. A camera's program that takes longer is not usable at a booth.
pub(crate) const CAMERA_FILE_LATE: Duration = Duration::from_secs(60);

/// How long the camera's folder may take to be looked at, before it counts as gone: a share of a computer that is off answers late or never.
pub(crate) const CAMERA_FOLDER_PATIENCE: Duration = Duration::from_secs(5);

/// The oldest libgphoto2 by which pictures are sold. Older ones can hand one customer's picture to the next: a frame that a Sony kept in its
/// memory came as the next shot (its issue 1124), until its commit 56a68bbed emptied that memory before each.
pub(crate) const LIBGPHOTO2_MIN: [u32; 3] = [2, 5, 32];

/// How long `gphoto2` may take to say its version, to find a camera and open it, or to reset it. Cameras that have just been switched on
/// take some seconds.
pub(crate) const GPHOTO2_OPEN_PATIENCE: Duration = Duration::from_secs(15);

/// How long an answer may take whose work takes no time: what the camera tells. A picture that comes then has to be fetched.
pub(crate) const GPHOTO2_ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether a camera that has nothing to do still answers: the screen has to know before money is asked. It also keeps
/// the camera from falling asleep.
pub(crate) const GPHOTO2_LOOK_PERIOD: Duration = Duration::from_secs(2);

/// How long it is waited before `gphoto2` is started again: at first, and at most. Each time twice as long, so that a camera that is away for
/// the night costs nothing, and one that is plugged in again is back before its customer goes.
pub(crate) const GPHOTO2_PAUSE: Duration = Duration::from_secs(1);
pub(crate) const GPHOTO2_PAUSE_MAX: Duration = Duration::from_secs(10);

/// A session that lasted so long was a good one: the pauses begin anew.
pub(crate) const GPHOTO2_STEADY: Duration = Duration::from_secs(60);

/// How often a frame may wait in the camera before a shot: what goes on so long is no rest of before.
pub(crate) const GPHOTO2_WAITING_MAX: u32 = 16;

// Helpers: programs of others that we keep running.

/// How long one that was told to end, or was killed, is waited for. One that hangs in the system may take its time without us.
pub(crate) const HELPER_END_PATIENCE: Duration = Duration::from_secs(3);

/// Bytes that are kept of what one says to one command: the last lines of `gphoto2` tell what went wrong, and the spooler's helper tells of
/// 400 jobs.
pub(crate) const HELPER_SAID_BYTES_MAX: usize = 256 * 1024;

/// Characters by which the page names a customer before the camera.
pub(crate) const CAMERA_CUSTOMER_CHARS_MAX: usize = 64;

/// Bytes that have to be free on the photos' disk before money is asked for pictures, and in the photos' room where they are taken
/// afterwards: eight shots, and again while they are retaken, and the print.
pub(crate) const PICTURES_ROOM: u64 = 100_000_000;

/// How often it is looked for prints that are due for the printer, the folder or the command, and for jobs that nobody has taken: a customer waits.
pub(crate) const PRINTS_PERIOD: Duration = Duration::from_secs(1);

/// What a job of the folder or the command has beyond its own time, in which its answer is written down. A database on a slow disk takes
/// less.
pub(crate) const PRINT_ANSWER_TIME: SpanMs = SpanMs::seconds(5);

/// Print jobs that are looked at in one round. A booth has a handful at once.
pub(crate) const PRINTS_LAPSED_MAX: u32 = 200;

/// Bytes of a picture of the owner's, a code of UzQR or a logo: more than a sharp one of 1000 pixels needs.
pub(crate) const PICTURE_BYTES_MAX: usize = 512 * 1024;

/// Rounds of PBKDF2-HMAC-SHA256 for a PIN: what OWASP advises. A million PINs then take days, not a moment, for whoever has
/// got a copy of the database.
pub(crate) const PIN_ROUNDS: u32 = 600_000;

/// PINs that are digested at the same time: each takes a core for a fifth of a second, and payments go first.
pub(crate) const PINS_AT_ONCE_MAX: usize = 1;

/// Webhooks in the settings. Each may hold some connections.
pub(crate) const WEBHOOKS_MAX: usize = 16;

/// Characters of an address in the settings that is called: what servers take.
pub(crate) const OUTGOING_URL_CHARS_MAX: usize = 2000;

/// Bytes of a webhook's secret: the convention's.
pub(crate) const WEBHOOK_SECRET_BYTES_MIN: usize = 24;
pub(crate) const WEBHOOK_SECRET_BYTES_MAX: usize = 64;

/// Secrets of a webhook: the new one, the old one, and some more.
pub(crate) const WEBHOOK_SECRETS_MAX: usize = 4;

/// How long a receiver may take to answer: what the convention advises. A quarter of a task's lease.
pub(crate) const WEBHOOK_PATIENCE: Duration = Duration::from_secs(15);

/// How long Click's API may take for one answer. A refund asks it six times at most, which has to fit into a task's lease; an answer
/// that is lost does no harm, because the payment's status is asked again.
pub(crate) const CLICK_API_PATIENCE: Duration = Duration::from_secs(8);

/// How long Uzum may take for one answer about a code. A screen waits for the first, and gives up after ten seconds; a reversal asks
/// three times, which has to fit into a task's lease.
pub(crate) const UZUM_QR_PATIENCE: Duration = Duration::from_secs(6);

/// How long one address may take to be connected to: a lost packet is sent again after 1 and 3 seconds.
pub(crate) const OUTGOING_CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// Addresses of a name that are tried, one after the other.
pub(crate) const OUTGOING_ADDRESSES_MAX: usize = 4;

/// Bytes and lines of the head of an answer to us.
pub(crate) const OUTGOING_HEAD_BYTES_MAX: usize = 32 * 1024;
pub(crate) const OUTGOING_HEADERS_MAX: usize = 100;

/// Names that are looked up at the same time: an eighth of the threads that the runtime has for what may wait.
pub(crate) const OUTGOING_LOOKUPS_MAX: usize = 64;

// Photos.

/// Pictures that are decoded at the same time: one core stays for payments even on the smallest booth's computer, and one picture's
/// room in memory is enough.
pub(crate) const PICTURES_AT_ONCE_MAX: usize = 1;

/// How long the work on one picture or print may take before its place is another's: many times what the largest takes on a slow computer.
pub(crate) const PICTURE_PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of all pictures of a session: twenty of the largest that are kept.
pub(crate) const SESSION_BYTES_MAX: u64 = 200_000_000;

/// Sessions that live at the same time and no order pays for: far more than one owner's booths have customers at once, and bounds what
/// strangers could make.
pub(crate) const SESSIONS_MAX: i64 = 2000;

/// How long a session for the booth's own shots lives while no order pays for it: a customer who is still there is done by then.
pub(crate) const SHOTS_LIFETIME: SpanMs = SpanMs::seconds(20 * 60);

/// How long before its end a session that an order may still pay for is looked at: many times the period of that look.
pub(crate) const UNPAID_LOOK_AHEAD: SpanMs = SpanMs::seconds(10 * 60);

/// Pixels of the longer side of a print on the screen.
pub(crate) const SCREEN_PICTURE_SIDE: u32 = 1200;

/// Sessions in a list.
pub(crate) const SESSIONS_LISTED_MAX: u32 = 1000;

/// Bytes of what a page keeps with a session.
pub(crate) const SESSION_DATA_BYTES_MAX: usize = 8 * 1024;

/// Bytes of a body that brings a picture: the largest picture in base64, with what is said of it.
pub(crate) const PICTURE_BODY_BYTES_MAX: usize = 28 * 1024 * 1024;

/// Bytes of bodies with pictures that come with the booth's proof and are in memory at the same time: two of the largest, or shots of a dozen
/// screens at once.
pub(crate) const BOOTH_BODIES_BYTES_MAX: usize = 2 * PICTURE_BODY_BYTES_MAX;

/// The same of all that come without it, to sessions of customers' pages.
pub(crate) const PAGES_BODIES_BYTES_MAX: usize = 2 * PICTURE_BODY_BYTES_MAX;

/// Seconds until a body for which there was no room may come again: by then a picture or two are done.
pub(crate) const PICTURE_BODY_RETRY: u32 = 5;

/// Answers with all pictures of a session that are made at the same time: as many as fit beside the rest in the memory of a small computer.
pub(crate) const PICTURE_ANSWERS_MAX: usize = 3;

/// Tries of a step when others change the session too.
pub(crate) const SESSION_TRIES_MAX: u32 = 8;

/// Ids of changes that a slow page may lag behind. One that lags more looks again.
pub(crate) const SESSION_CHANGES_BUFFERED: usize = 256;

/// How often a page's stream looks for what other processes have changed.
pub(crate) const SESSION_LOOK_PERIOD: Duration = Duration::from_secs(1);

/// How often sessions whose time is over are looked for, and how many are ended at most, so that nothing waits for them.
pub(crate) const PHOTOS_PERIOD: Duration = Duration::from_secs(10);
pub(crate) const PHOTOS_STEP_MAX: u32 = 200;

/// How long after its end a session is still known as one that is over, and a handled update as handled: Telegram keeps updates for
/// a day.
pub(crate) const PHOTOS_FORGET_AFTER: SpanMs = SpanMs::seconds(2 * 24 * 60 * 60);

/// Calls about photos for each order that an address may make: a session, five photos, some of them changed, and the result.
pub(crate) const PHOTOS_OF_AN_ORDER: u32 = 10;
/// What this computer may: more than its disk keeps up with.
pub(crate) const PHOTOS_HERE: Rate = Rate { burst: 1000, per_minute: 600 };

// Telegram.

/// Seconds that Telegram may wait for news before it says that there is none.
pub(crate) const TELEGRAM_POLL_SECONDS: u32 = 25;

/// How long Telegram may take to answer, beside that.
pub(crate) const TELEGRAM_PATIENCE: Duration = Duration::from_secs(15);

/// How long a picture may take there or back: 20 MB over a line of 2 Mbit/s.
pub(crate) const TELEGRAM_FILE_PATIENCE: Duration = Duration::from_secs(90);

/// Bytes of an answer that is no file: a hundred updates with long captions.
pub(crate) const TELEGRAM_ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long Telegram is left alone at most when it asks for it; then it is asked again, and may say so again.
pub(crate) const TELEGRAM_WAIT_MAX: Duration = Duration::from_secs(120);

/// Pauses after calls that failed: the first, doubled up to the last.
pub(crate) const TELEGRAM_PAUSE_MIN: Duration = Duration::from_millis(500);
pub(crate) const TELEGRAM_PAUSE_MAX: Duration = Duration::from_secs(30);

/// Pause while another program takes the bot's updates, or the token is wrong: a person has to do something.
pub(crate) const TELEGRAM_PERSON_PAUSE: Duration = Duration::from_secs(10);

/// How often it is looked for what another process has left to be done.
pub(crate) const TELEGRAM_LOOK_PERIOD: Duration = Duration::from_secs(2);

/// Customers who are served at the same time; each of them in the order of what he sent.
pub(crate) const TELEGRAM_AT_ONCE_MAX: usize = 4;

/// Updates that are looked at together.
pub(crate) const TELEGRAM_STEP_MAX: u32 = 200;

/// Tries of one update before its customer is told that it did not work: with the pauses about two minutes.
pub(crate) const TELEGRAM_TRIES_MAX: u32 = 8;

/// Tries to say something to a customer.
pub(crate) const TELEGRAM_SAY_TRIES_MAX: u32 = 3;

/// What one customer may send: ten photos at once, some of them twice.
pub(crate) const TELEGRAM_OF_CUSTOMER: Rate = Rate { burst: 30, per_minute: 20 };

/// Customers who are told apart for that.
pub(crate) const TELEGRAM_CUSTOMERS_MAX: usize = 10_000;

// A certificate of our own (`public`).

/// How long one answer of the authority may take.
pub(crate) const ACME_PATIENCE: Duration = Duration::from_secs(30);

/// How long all of an order with it may take; it looks at the name from several places.
pub(crate) const ACME_ORDER_PATIENCE: Duration = Duration::from_secs(180);

/// Bytes of one of its answers: a chain of certificates is 6 KiB.
pub(crate) const ACME_BYTES_MAX: usize = 256 * 1024;

/// How often it is asked, at least, whether a new certificate is due.
pub(crate) const CERTIFICATE_PERIOD: Duration = Duration::from_secs(60 * 60);

/// Pauses after the first failure, the second and so on; the last is repeated. An authority may allow five failures an hour for a name,
/// and somebody who has just set the name up waits for the first.
pub(crate) const CERTIFICATE_PAUSES: [Duration; 5] = [
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(20 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(4 * 60 * 60),
];

/// How long a browser that was here keeps to HTTPS: a year.
pub(crate) const HSTS: &str = "max-age=31536000";
// The inspector.

/// Calls that are kept of each wallet, and as many that were refused: a busy evening.
pub(crate) const CALLS_KEPT: usize = 100;

/// Calls of a wallet that is tried out which are kept in brief: more than its tests make at one go.
pub(crate) const TRIAL_CALLS_KEPT: usize = 2000;

/// Bytes that they may take: under 4 MiB for three wallets, whatever they send.
pub(crate) const CALLS_BYTES_MAX: usize = 512 * 1024;

/// Bytes of a call, and of its answer, that are kept. A wallet's call takes less than 2 KiB.
pub(crate) const CALL_BYTES_KEPT: usize = 4 * 1024;

/// Characters of a header that are kept.
pub(crate) const HEADER_CHARS_KEPT: usize = 120;

/// Strangers that are told apart.
pub(crate) const STRANGERS_KEPT: usize = 64;

/// Addresses with nothing that are kept of one caller: a wallet has a few, and a scanner asks for thousands.
pub(crate) const STRANGER_PATHS_KEPT: usize = 8;

/// Of these, how many the page of troubles names.
pub(crate) const MISDIRECTED_SHOWN: usize = 5;

// Whether all is well.

/// How often it is looked whether the owner has to be told something: soon enough, and a few small questions to the database.
pub(crate) const ALERTS_PERIOD: Duration = Duration::from_secs(30);

/// Orders without any call of a wallet's that are an alarm: one customer may walk away, and the next.
pub(crate) const ALERT_ORDERS_MIN: usize = 3;

/// How long after it a wallet's refused call is an alarm.
pub(crate) const ALERT_REFUSED_AGE: SpanMs = SpanMs::seconds(3600);

/// How long a printer has to be unable to print before the owner is told: longer than changing the paper takes.
pub(crate) const ALERT_PRINTER_AGE: SpanMs = SpanMs::seconds(180);

/// How long the folder of a camera's pictures has to be gone before the owner is told: longer than its program, or a network's disk, takes to
/// start again.
pub(crate) const ALERT_CAMERA_AGE: SpanMs = SpanMs::seconds(180);

/// Tokens with scopes: each call with a token compares all of them, and no owner has so many programs.
pub(crate) const API_TOKENS_MAX: usize = 32;

/// Characters of such a token's name: the audit's names have room for it.
pub(crate) const API_TOKEN_NAME_CHARS_MAX: usize = TOKEN_NAME_CHARS_MAX;

/// So many shots in a row without a picture are the camera's fault: one customer who does not press the shutter is not, nor one whose eyes the
/// camera could not find.
pub(crate) const CAMERA_SHOTS_IN_VAIN: u32 = 5;

/// How long after the start a certificate may be missing before the owner is told: whoever sets his domain up sees it in the log.
pub(crate) const ALERT_CERTIFICATE_AGE: SpanMs = SpanMs::seconds(3600);

/// How long after the start the first backup may be missing before the owner is told: it is being made.
pub(crate) const ALERT_BACKUP_AGE: SpanMs = SpanMs::seconds(3600);

/// How long Telegram may take to accept a message to the owner. It is a task, so it is tried again.
pub(crate) const ALERT_MESSAGE_PATIENCE: Duration = Duration::from_secs(30);

/// Seconds for which Telegram is left alone at most before such a message is tried again: a day.
pub(crate) const ALERT_WAIT_SECONDS_MAX: u32 = 86_400;

/// How long the server's own public address may take to answer. A wallet waits about as long.
pub(crate) const REACH_PATIENCE: Duration = Duration::from_secs(8);

/// Bytes of that answer: our own have under 1 KiB; an error page of something before us may be longer, and says nothing.
pub(crate) const REACH_BYTES_MAX: usize = 64 * 1024;

/// How long what was seen of it is shown before somebody who looks has it asked again.
pub(crate) const REACH_PERIOD: SpanMs = SpanMs::seconds(60);

/// The shortest pause between two questions, whoever presses the button how often.
pub(crate) const REACH_PAUSE: SpanMs = SpanMs::seconds(5);

/// How long a look at the disks may take: a network's disk that is gone answers after minutes.
pub(crate) const DISK_PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of room on a disk below which it is full soon, and below which it is worth a look. A busy booth writes about 50 MB a day
/// with its photos.
pub(crate) const DISK_BAD: u64 = 256 * 1024 * 1024;
pub(crate) const DISK_LOOK: u64 = 2 * 1024 * 1024 * 1024;

/// How far this clock and a wallet's may be apart: a call is on its way for seconds, and a repeated one for longer. Beyond the second,
/// receipts carry a wrong time, and payments may count as too old.
pub(crate) const CLOCK_LOOK: SpanMs = SpanMs::seconds(60);
pub(crate) const CLOCK_BAD: SpanMs = SpanMs::seconds(300);

/// How long a screen may be silent: at its first picture it asks every 30 s whether it is up to date.
pub(crate) const SCREEN_PATIENCE: SpanMs = SpanMs::seconds(100);

/// After so long beyond `idle_seconds` without a word from a screen nobody stands there: the page has asked whether somebody is there and gone
/// back to its first picture, and what the browser printed is printed.
pub(crate) const SCREEN_LEFT: SpanMs = SpanMs::seconds(300);

/// Paid orders of which it is remembered that a page learnt it.
pub(crate) const TOLD_KEPT: usize = 200;

/// Differences that metrics count: more are as bad, and each is read.
pub(crate) const METRICS_DIFFERENCES_MAX: u32 = 1000;

/// Connections at the address for metrics: a few programs ask now and then, and each keeps one.
pub(crate) const METRICS_CONNECTIONS_MAX: usize = 16;
