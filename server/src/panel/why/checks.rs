//! What is looked at: whether the booth is closed by hand; then, in the order of a call's way, the address, the wallets, wrong addresses, the
//! clock, the disks, the printer, the camera, the backup, the screen, the database.

use super::Line;
use super::call::{address, cure, from, method, page_of_cure, reason};
use crate::app::App;
use crate::condition::disk::{self, Disk};
use crate::condition::reach::{Reached, connected, endpoint, public_address};
use crate::condition::wallets::{Known, wallets};
use crate::condition::{Backup, Standing, can_take_payments, clock, last_backup};
use crate::config::PrintBy;
use crate::inspector::Stranger;
use crate::inspector::call::Kept;
use crate::kiosk::ready;
use crate::limits::MISDIRECTED_SHOWN;
use crate::panel::say;
use crate::panel::today::provider_key;
use crate::panel::words::Words;
use crate::printer::media::Left;
use crate::tether::Absence;
use crate::tether::gphoto2::trouble::Trouble;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::sync::Arc;

const MEGABYTE: u64 = 1024 * 1024;

/// How lately a wallet has called that proves that the address works.
const LATELY: SpanMs = SpanMs::seconds(24 * 3600);

/// All of them.
pub(super) async fn checks(app: &App, words: &Words) -> Vec<Line> {
    let mut lines = Vec::new();
    if app.closing.closed().is_some() {
        lines.push(of_selling(app, words, "why.selling_hand_cure").await);
    }
    lines.extend(reaches(app, words));
    lines.extend(wallets(app).into_iter().map(|wallet| of_wallet(app, wallet, words)));
    lines.extend(misdirected(app, words));
    lines.push(of_clock(app, words));
    lines.extend(disk::look(&app.settings).await.iter().map(|disk| of_disk(disk, words)));
    lines.extend(of_printer(app, words));
    lines.extend(of_camera(app, words).await);
    lines.push(of_backup(app, last_backup(app).await, words));
    lines.push(of_screen(app, words));
    lines.push(of_database(can_take_payments(app).await, words));
    lines
}

/// Those that somebody can do something about, or say something of, who stands at the booth. What is wrong with a wallet is its owner's to mend, whose
/// pages nobody reaches by a PIN.
pub(in crate::panel) async fn at_booth(app: &App, is_by_pin: bool, words: &Words) -> Vec<Line> {
    // The button stands above, and who is in by a PIN does not reach the first page.
    let mut lines = vec![of_selling(app, words, "why.selling_hand_cure_here").await];
    lines.extend(of_printer(app, words));
    lines.extend(of_camera(app, words).await);
    let for_owner = |line: Line| match line.cure {
        Some(cure) if is_by_pin => Line { cure: Some(words.fill("booth.for_owner", &[("cure", &cure)])), ..line },
        cure => Line { cure, ..line },
    };
    lines.extend(wallets(app).into_iter().map(|wallet| for_owner(of_wallet(app, wallet, words))));
    lines
}

/// Whether customers can buy now; with the key of the cure where somebody closed the booth by hand.
async fn of_selling(app: &App, words: &Words, cure_by_hand: &'static str) -> Line {
    let title = words.t("why.selling");
    let Err(problem) = ready::must_be(app).await else {
        return line("selling", Standing::Good, title, words.t("why.selling_yes").to_owned());
    };
    let (said, cure) = match problem.closed() {
        Some(ready::BY_HAND) => ("why.selling_hand", cure_by_hand),
        Some(ready::NO_WALLET) => ("why.selling_wallet", "why.selling_wallet_cure"),
        Some(ready::NO_CAMERA) => match of_camera(app, words).await {
            Some(camera) if camera.cure.is_some() => return Line { id: "selling", title: title.to_owned(), ..camera },
            Some(_) | None => ("why.selling_unknown", "why.ready_cure"),
        },
        Some(ready::NO_ROOM) => ("why.selling_room", "alert.cure_disk_photos"),
        Some(ready::NO_PICTURES) => ("why.selling_pictures", "why.selling_pictures_cure"),
        Some(_) => ("why.selling_printer", "alert.cure_printer"),
        None => ("why.selling_unknown", "why.ready_cure"),
    };
    let cure = Some(words.t(cure).to_owned());
    Line { cure, ..line("selling", Standing::Bad, title, words.t(said).to_owned()) }
}

fn line(id: &'static str, standing: Standing, title: &str, said: String) -> Line {
    Line { id, standing, title: title.to_owned(), said, cure: None, link: None, detail: None, can_ask: false }
}

fn reaches(app: &App, words: &Words) -> Vec<Line> {
    let wallets = connected(&app.settings);
    let Some(public) = public_address(&app.settings) else {
        let said = words.t("why.reach_none").to_owned();
        let cure = Some(words.t("why.reach_none_cure").to_owned());
        return vec![Line { cure, ..line("reach", Standing::Unknown, words.t("why.reach_any"), said) }];
    };
    let of = |wallet: Provider| {
        let title = words.fill("why.reach", &[("wallet", words.t(provider_key(wallet)))]);
        let address = format!("{public}/{}", endpoint(wallet));
        let port = app.settings.webhook_listen.unwrap_or(app.settings.listen).port().to_string();
        let say = |key: &str, status: u16| {
            words.fill(key, &[("address", &address), ("status", &status.to_string()), ("port", &port)])
        };
        let (standing, said, cure, detail) = match app.condition.reach.last(wallet) {
            None => (Standing::Unknown, say("why.reach_waits", 0), None, None),
            Some(Reached::Here) => (Standing::Good, say("why.reach_here", 0), None, None),
            Some(Reached::Redirected(status)) => {
                (Standing::Bad, say("why.reach_redirected", status), Some(say("why.reach_redirected_cure", 0)), None)
            }
            Some(Reached::AnotherBoothpay) => {
                (Standing::Look, say("why.reach_another", 0), Some(say("why.reach_another_cure", 0)), None)
            }
            Some(Reached::SomethingElse(status)) => {
                (Standing::Bad, say("why.reach_else", status), Some(say("why.reach_else_cure", 0)), None)
            }
            Some(Reached::Nothing(why)) => {
                let called = app.inspector.of(wallet).first().map(|call| call.at);
                let is_recent = called.is_some_and(|at| app.clock.now().since(at).ms() < LATELY.ms());
                let (standing, cure) = if is_recent {
                    (Standing::Look, "why.reach_nothing_but")
                } else {
                    (Standing::Bad, "why.reach_nothing_cure")
                };
                (standing, say("why.reach_nothing", 0), Some(say(cure, 0)), Some(why))
            }
        };
        Line { cure, detail, ..line("reach", standing, &title, said) }
    };
    let mut lines: Vec<Line> = wallets.into_iter().map(of).collect();
    // One button asks for all.
    if let Some(last) = lines.last_mut() {
        last.can_ask = true;
    }
    lines
}

fn of_wallet(app: &App, wallet: Provider, words: &Words) -> Line {
    let (now, known) = (app.clock.now(), Known::of(app, wallet));
    let title = words.t(provider_key(wallet));
    if let Some((last, _)) = &known.refused {
        let said = |(call, times): &(Arc<Kept>, u64)| {
            let values = [
                ("reason", reason(call, app, words).unwrap_or_default()),
                ("age", say::age(call.at, now, words)),
                ("from", from(call.from, words)),
                ("times", times.to_string()),
            ];
            fill(words, "why.wallet_refused", &values)
        };
        let cures: Vec<String> = known.refusals().filter_map(|(call, _)| cure(call, app, words)).collect();
        let cure = (!cures.is_empty()).then(|| cures.join(" "));
        let link = known.refusals().find_map(|(call, _)| page_of_cure(call, app, words));
        let said: Vec<String> = known.refusals().map(said).collect();
        return Line { cure, link, ..line("wallet", last.standing(), title, said.join(" ")) };
    }
    let Some(call) = known.well else {
        let since = say::time(app.inspector.since, app, words.language());
        let cure = words.fill("why.wallet_nobody_cure", &[("address", &address(app, wallet, words))]);
        let said = words.fill("why.wallet_nobody", &[("since", &since)]);
        return Line { cure: Some(cure), ..line("wallet", Standing::Unknown, title, said) };
    };
    let values =
        [("age", say::age(call.at, now, words)), ("from", from(call.from, words)), ("method", method(&call, app))];
    line("wallet", Standing::Good, title, fill(words, "why.wallet_last", &values))
}

fn fill(words: &Words, key: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.fill(key, &values)
}

/// What came to addresses with nothing. Anybody can do that, so it is never more than worth a look.
fn misdirected(app: &App, words: &Words) -> Option<Line> {
    let (strangers, now) = (app.inspector.misdirected(), app.clock.now());
    if strangers.is_empty() {
        return None;
    }
    let said = |stranger: &Stranger| {
        let call = &stranger.last;
        let values = [
            ("reason", reason(call, app, words).unwrap_or_default()),
            ("age", say::age(call.at, now, words)),
            ("from", from(call.from, words)),
            ("times", stranger.times.to_string()),
        ];
        fill(words, "why.wallet_refused", &values)
    };
    let said: Vec<String> = strangers.iter().take(MISDIRECTED_SHOWN).map(said).collect();
    let addresses: Vec<String> = wallets(app).into_iter().map(|wallet| address(app, wallet, words)).collect();
    let cure = words.fill("why.misdirected_cure", &[("addresses", &addresses.join(", "))]);
    Some(Line { cure: Some(cure), ..line("misdirected", Standing::Look, words.t("why.misdirected"), said.join(" ")) })
}

fn of_clock(app: &App, words: &Words) -> Line {
    let ahead = clock::ahead(app);
    let standing = clock::standing(ahead);
    let key = match (standing, ahead) {
        (Standing::Good, _) => "why.clock_good",
        (Standing::Look | Standing::Bad, Some(ahead)) if ahead.ms() > 0 => "why.clock_ahead",
        (Standing::Look | Standing::Bad, Some(_)) => "why.clock_behind",
        (Standing::Look | Standing::Bad | Standing::Unknown, _) => "why.clock_now",
    };
    let seconds = ahead.map_or(0, |ahead| ahead.ms().saturating_abs() / 1000);
    // Not to the second: the page would be new with each look.
    let values =
        [("time", say::local(app.clock.now(), app).strftime("%H:%M").to_string()), ("seconds", say::number(seconds))];
    let cure = match standing {
        Standing::Good => None,
        Standing::Look | Standing::Bad => Some(words.t("why.clock_cure").to_owned()),
        Standing::Unknown => Some(words.t("why.clock_compare").to_owned()),
    };
    Line { cure, ..line("clock", standing, words.t("why.clock"), fill(words, key, &values)) }
}

fn of_disk(disk: &Disk, words: &Words) -> Line {
    let (title, cure) = match disk.used_for {
        disk::Use::Database => ("why.disk.database", "alert.cure_disk_database"),
        disk::Use::Photos => ("why.disk.photos", "alert.cure_disk_photos"),
        disk::Use::Backups => ("why.disk.backups", "alert.cure_disk_backups"),
    };
    let folder = disk.folder.display().to_string();
    let standing = disk.standing();
    let said = match disk.free {
        Some(free) => {
            // Tens of megabytes, so that the page is not new with each look.
            let megabytes = i64::try_from(free / MEGABYTE / 10 * 10).unwrap_or(i64::MAX);
            words.fill("why.disk_free", &[("megabytes", &say::number(megabytes)), ("folder", &folder)])
        }
        None => words.fill("why.disk_unknown", &[("folder", &folder)]),
    };
    let cure = matches!(standing, Standing::Look | Standing::Bad).then(|| words.t(cure).to_owned());
    Line { cure, ..line("disk", standing, words.t(title), said) }
}

/// The booth's own printer, with what it says of paper and ribbon.
fn of_printer(app: &App, words: &Words) -> Option<Line> {
    let (printer, PrintBy::Printer(settings)) = (app.printer.as_ref()?, &app.settings.prints.by) else { return None };
    let (now, title) = (app.clock.now(), words.t("why.printer"));
    if let Some(hindrance) = printer.hindrance(now) {
        let (said, cure) = if hindrance.is_old {
            ("why.printer_old", "why.printer_old_cure")
        } else {
            ("why.printer_cannot", "alert.cure_printer")
        };
        let said = words.fill(said, &[("why", &hindrance.why)]);
        let cure = Some(words.t(cure).to_owned());
        return Some(Line { cure, ..line("printer", Standing::Bad, title, said) });
    }
    let Some(left) = printer.left(now) else {
        return Some(line("printer", Standing::Good, title, words.t("why.printer_ready").to_owned()));
    };
    let said = match left {
        Left::Sheets(sheets) => words.fill("why.printer_left", &[("sheets", &say::number(sheets.into()))]),
        Left::Percent(percent) => words.fill("why.printer_percent", &[("percent", &percent.to_string())]),
    };
    Some(if left.is_low(settings.low_at) {
        let cure = Some(words.t("why.printer_low_cure").to_owned());
        Line { cure, ..line("printer", Standing::Look, title, said) }
    } else {
        line("printer", Standing::Good, title, said)
    })
}

/// The camera that does not hang on the browser.
async fn of_camera(app: &App, words: &Words) -> Option<Line> {
    let title = words.t("why.camera");
    let camera = app.tether.as_ref()?;
    let Some(absence) = camera.absence().await else {
        let (standing, said, cure) = match camera.is_in_vain() {
            true => (Standing::Bad, "why.camera_vain", Some("alert.cure_camera")),
            false => (Standing::Good, "why.camera_there", None),
        };
        let cure = cure.map(|cure| words.t(cure).to_owned());
        return Some(Line { cure, ..line("camera", standing, title, words.t(said).to_owned()) });
    };
    let (said, cure) = match &absence {
        Absence::Folder => ("why.selling_camera", "why.selling_camera_cure"),
        Absence::Camera(trouble) => match trouble {
            Trouble::Starting | Trouble::Stopped => ("why.camera_starting", "why.camera_starting_cure"),
            Trouble::Program(_) => ("why.camera_program", "why.camera_program_cure"),
            Trouble::TooOld(_) => ("why.camera_old", "why.camera_old_cure"),
            Trouble::NotThere => ("why.camera_gone", "why.camera_gone_cure"),
            Trouble::Held => ("why.camera_held", "why.camera_held_cure"),
            Trouble::NotAllowed => ("why.camera_forbidden", "why.camera_forbidden_cure"),
            Trouble::Silent(_) => ("why.camera_silent", "why.camera_again_cure"),
            Trouble::Folder(_) => ("why.camera_folder", "alert.cure_disk_photos"),
            Trouble::Said(_) => ("why.camera_said", "why.camera_again_cure"),
        },
    };
    let detail = match absence {
        Absence::Folder => None,
        Absence::Camera(trouble) => Some(trouble.to_string()),
    };
    let cure = Some(words.t(cure).to_owned());
    Some(Line { cure, detail, ..line("camera", Standing::Bad, title, words.t(said).to_owned()) })
}

fn of_backup(app: &App, backup: Backup, words: &Words) -> Line {
    let now = app.clock.now();
    let every = app.settings.backup.as_ref().map_or(LATELY, |backup| backup.every);
    let standing = backup.standing(every, now);
    let time = |at: TimeMs| say::time(at, app, words.language());
    let (said, cure) = match backup {
        Backup::NotAsked => (words.t("why.backup_not_asked").to_owned(), Some("why.backup_cure")),
        Backup::Elsewhere => (words.t("why.backup_elsewhere").to_owned(), None),
        Backup::NotKnown => (words.t("why.backup_unknown").to_owned(), None),
        Backup::None => (words.t("why.backup_none").to_owned(), Some("why.backup_late_cure")),
        Backup::Last(at) => {
            let said = words.fill("why.backup_last", &[("age", &say::age(at, now, words)), ("time", &time(at))]);
            (said, (standing == Standing::Bad).then_some("why.backup_late_cure"))
        }
    };
    Line { cure: cure.map(|key| words.t(key).to_owned()), ..line("backup", standing, words.t("why.backup"), said) }
}

fn of_screen(app: &App, words: &Words) -> Line {
    let (now, title) = (app.clock.now(), words.t("why.screen"));
    if app.net.streams.count() > 0 {
        return line("screen", Standing::Good, title, words.t("why.screen_watches").to_owned());
    }
    let Some((at, from)) = app.condition.screens.last() else {
        let said = words.t("why.screen_never").to_owned();
        let cure = Some(words.t("why.screen_cure").to_owned());
        return Line { cure, ..line("screen", Standing::Look, title, said) };
    };
    let values = [("age", say::age(at, now, words)), ("from", super::call::from(from, words))];
    if app.condition.screens.is_there(now) {
        return line("screen", Standing::Good, title, fill(words, "why.screen_there", &values));
    }
    let cure = Some(words.t("why.screen_cure").to_owned());
    Line { cure, ..line("screen", Standing::Look, title, fill(words, "why.screen_gone", &values)) }
}

fn of_database(is_ready: bool, words: &Words) -> Line {
    let title = words.t("why.ready");
    if is_ready {
        return line("ready", Standing::Good, title, words.t("why.ready_yes").to_owned());
    }
    let cure = Some(words.t("why.ready_cure").to_owned());
    Line { cure, ..line("ready", Standing::Bad, title, words.t("why.ready_no").to_owned()) }
}
