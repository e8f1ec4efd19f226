//! Prints by the server itself, on a printer that is not there and has the faults that printers have, by IPP and, where what happens is the same,
//! through the spooler of Windows. What came out is counted by the printer alone.

mod tls;

use crate::booth::{Booth, call, until};
use crate::shots::{PAGE, begin, bring};
use crate::spooler;
use crate::support::{Answer, Running};
use boothpay_sandbox::printer::{Act, FakePrinter, Windows};
use reqwest::Method;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

pub const PACE: Duration = Duration::from_millis(100);

/// A booth and its printer.
pub struct World {
    pub booth: Booth,
    pub printer: FakePrinter,
    pub address: SocketAddr,
}

impl World {
    /// One of each kind.
    async fn of_both(pace: Duration, lines: &str) -> Vec<Self> {
        let by_ipp = Self::new(pace, lines).await;
        if cfg!(unix) { vec![by_ipp, Self::of_windows(pace, lines, spooler::DNP).await] } else { vec![by_ipp] }
    }

    /// On a printer of Windows, through a stand-in of the helper that speaks to the spooler.
    pub async fn of_windows(pace: Duration, lines: &str, windows: Windows) -> Self {
        let printer = FakePrinter::new(pace, None);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(printer.clone().serve_spooler(listener, windows));
        Self { booth: spooler::booth(address, lines, windows.name), printer, address }
    }

    async fn new(pace: Duration, lines: &str) -> Self {
        let printer = FakePrinter::new(pace, None);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(printer.clone().serve(listener));
        Self { booth: Self::booth(address, lines), printer, address }
    }

    /// A booth that prints there.
    fn booth(address: SocketAddr, lines: &str) -> Booth {
        let job = if lines.contains("job_seconds") { "" } else { "job_seconds = 20\n" };
        Booth::on_sqlite(&format!(
            "[photos]\nsource = \"boothpay\"\npublic_address = \"https://booth.example.uz\"\n[prints]\nby = \"printer\"\n\
             printer = \"ipp://{address}/ipp/print\"\n{job}{lines}\n"
        ))
    }

    pub async fn serve(&self) -> Running {
        let server = self.booth.serve();
        server.err.wait_for("the printer is ready");
        server
    }

    pub fn show(&self, order: &str) -> Value {
        self.booth.folder.json(&["order", "show", order])
    }

    pub async fn until(&self, order: &str, state: &str) -> Value {
        let look = async || Some(self.show(order)).filter(|shown| shown["print"] == state);
        until(&format!("{order} is {state}"), look).await
    }

    pub fn is_healthy(&self) {
        let verified = self.booth.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

/// Takes the shots, and asks for an order.
pub async fn ask_to_buy(server: &Running, copies: u16) -> Answer {
    let id = begin(server, "single").await;
    bring(server, &id, 0).await;
    let preview = format!("/api/booth/shots/{id}/preview");
    call(server, Method::POST, &preview, &json!({ "layout": "single" })).await;
    let body = json!({ "copies": copies, "paymentType": "payme", "session": id });
    call(server, Method::POST, "/api/booth/orders", &body).await
}

/// Takes the shots, orders and pays.
pub async fn buy(server: &Running, copies: u16) -> String {
    let made = ask_to_buy(server, copies).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let number = made.json()["order_id"].as_str().unwrap().to_owned();
    assert_eq!(server.post(&format!("/api/test-payment/{number}"), "{}").await.status, 200);
    number
}

/// The same, with play money of Payme's.
async fn pay_by_payme(server: &Running, copies: u16) -> String {
    let made = ask_to_buy(server, copies).await.json();
    let number = made["order_id"].as_str().unwrap().to_owned();
    let amount = made["amount_soum"].as_str().unwrap().parse::<i64>().unwrap() * 100;
    let account = json!({ "order_id": number });
    let create = json!({ "id": "payme-1", "time": 1_640_000_000_000_i64, "amount": amount, "account": account });
    assert_eq!(server.payme("", "CreateTransaction", create).await["result"]["state"], 1);
    assert_eq!(server.payme("", "PerformTransaction", json!({ "id": "payme-1" })).await["result"]["state"], 2);
    number
}

pub async fn came_out(server: &Running, order: &str, copies: u16) {
    let body = json!({ "copies": copies }).to_string();
    let said = server.post(&format!("/api/booth/orders/{order}/came-out"), &body).await;
    assert_eq!(said.status, 200, "{}", said.body);
}

pub fn why(shown: &Value, change: &str) -> String {
    let rows = shown["journal"].as_array().unwrap();
    let found = rows.iter().rev().find(|row| row["what"]["change"] == change);
    found.unwrap_or_else(|| panic!("{shown:#}"))["what"]["why"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_copy_is_a_job_of_its_own_and_comes_out_once() {
    for world in World::of_both(PACE, "sheet_seconds = 0").await {
        let server = world.serve().await;
        let number = buy(&server, 2).await;
        let answer = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
        assert!(answer.status == 409 || !answer.body.contains("data:image/jpeg"), "the page prints nothing");
        let shown = world.until(&number, "printed").await;
        assert_eq!(shown["copies_printed"], 2);
        let sheets = world.printer.sheets();
        assert_eq!(sheets.len(), 2, "{sheets:?}");
        for (sheet, copy) in sheets.iter().zip(["1", "2"]) {
            assert!(
                sheet.starts_with(&format!("boothpay {number} ")) && sheet.ends_with(&format!("/{copy}")),
                "{sheet}"
            );
        }
        let next = server.get("/api/prints/next").await;
        assert!(
            next.status == 409 && next.body.contains("own program"),
            "no other program takes its jobs: {}",
            next.body
        );
        world.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jam_is_tried_once_more_and_then_owed_and_the_claim_prints_what_is_missing() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    world.printer.will([Act::Print, Act::Jam, Act::Jam]);
    let server = world.serve().await;
    let number = buy(&server, 2).await;
    let shown = world.until(&number, "claim").await;
    assert_eq!((&shown["copies_printed"], world.printer.sheets().len()), (&json!(1), 1));
    assert!(why(&shown, "print_failed").contains("media-jam"), "{shown:#}");
    assert_eq!(shown["owed_prints"]["copies"], 1);
    let asked = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    world.until(&number, "printed").await;
    assert_eq!(world.printer.sheets().len(), 2, "what is missing, and no more");
    world.is_healthy();
    server.kill();
}

/// philipptrenz#114, HP's kiosk: no money for a print that cannot be made; and a job that waits for paper prints for nobody later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_paper_nothing_is_sold_and_what_waited_is_taken_back_before_the_customer_is_asked() {
    for world in World::of_both(PACE, "sheet_seconds = 0").await {
        world.printer.will([Act::PaperOut]);
        let server = world.serve().await;
        let number = buy(&server, 1).await;
        server.err.wait_for("the printer cannot print now");
        let refused = ask_to_buy(&server, 1).await;
        assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some("paper")), "{}", refused.body);
        assert_eq!(server.get("/api/booth/ready").await.json(), json!({ "ready": false, "closed": "paper" }));
        let shown = world.until(&number, "unknown").await;
        assert!(why(&shown, "print_unknown").contains("media-empty"), "{shown:#}");
        world.printer.is_refilled();
        until("it sells again", async || (server.get("/api/booth/ready").await.json()["ready"] == true).then_some(()))
            .await;
        assert_eq!((world.printer.waiting(), world.printer.sheets().len()), (0, 0), "the old job is gone");
        came_out(&server, &number, 0).await;
        world.until(&number, "printed").await;
        assert_eq!(world.printer.sheets().len(), 1);
        world.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_answer_was_lost_is_found_again_and_not_sent_twice() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    let server = world.serve().await;
    for (act, rounds) in [(Act::HalfAnswer, 1), (Act::HalfAnswerAndLost, 2), (Act::Refuse, 2)] {
        let before = world.printer.sheets().len();
        world.printer.will([act]);
        let number = buy(&server, 1).await;
        let shown = world.until(&number, "printed").await;
        let asked = shown["journal"].as_array().unwrap().iter().filter(|row| row["what"]["change"] == "print_asked");
        assert_eq!((asked.count(), world.printer.sheets().len()), (rounds, before + 1), "{act:?}: {shown:#}");
    }
    server.kill();
}

/// A queue that leads nowhere, or one that counts what it was given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn done_in_no_time_is_not_believed_and_the_customer_is_asked() {
    let world = World::new(Duration::from_millis(2500), "sheet_seconds = 2").await;
    world.printer.will([Act::Pretend]);
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    let shown = world.until(&number, "unknown").await;
    assert!(why(&shown, "print_unknown").contains("less than 2 s"), "{shown:#}");
    came_out(&server, &number, 0).await;
    world.until(&number, "printed").await;
    assert_eq!(world.printer.sheets().len(), 1);
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_died_asks_the_printer_first_and_prints_nothing_twice() {
    for world in World::of_both(Duration::from_secs(4), "sheet_seconds = 0").await {
        let server = world.serve().await;
        let number = buy(&server, 1).await;
        until("the printer has it", async || (world.printer.waiting() == 1).then_some(())).await;
        server.kill();
        let server = world.serve().await;
        let shown = world.until(&number, "unknown").await;
        assert!(why(&shown, "print_unknown").contains("this server was stopped"), "{shown:#}");
        assert_eq!(
            (world.printer.sheets().len(), world.printer.waiting()),
            (1, 0),
            "the sheet that was begun, and no other"
        );
        came_out(&server, &number, 1).await;
        world.until(&number, "printed").await;
        assert_eq!(world.printer.sheets().len(), 1);
        world.is_healthy();
        server.kill();
    }
}

/// The job of a printer that is switched off and on again prints by itself: it is taken back before anything else is printed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_could_not_be_taken_back_is_taken_back_when_the_printer_is_there_again() {
    for world in World::of_both(Duration::from_secs(600), "sheet_seconds = 0").await {
        world.printer.will([Act::FallSilent(Duration::from_secs(600))]);
        let server = world.serve().await;
        let number = buy(&server, 1).await;
        let shown = world.until(&number, "stuck").await;
        assert!(why(&shown, "print_unknown").contains("does not answer"), "{shown:#}");
        assert_eq!(world.printer.waiting(), 1, "it is in the printer still");
        let closed = server.get("/api/booth/ready").await.json();
        assert_eq!(closed, json!({ "ready": false, "closed": "away" }));
        world.printer.speaks();
        until("it is taken back", async || (world.printer.waiting() == 0).then_some(())).await;
        assert!(world.printer.sheets().is_empty());
        server.err.wait_for("was left in the printer and is taken back");
        world.until(&number, "unknown").await;
        server.kill();
    }
}

/// An administrator takes the booth its right to ask while a sheet waits: that job is in the queue still, and comes out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_job_in_a_printer_that_answers_no_more_nobody_is_asked_until_it_was_taken_back() {
    let world = World::new(Duration::from_secs(600), "sheet_seconds = 0").await;
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    until("the printer has it", async || (world.printer.waiting() == 1).then_some(())).await;
    world.printer.locks_out(true);
    let is_told = async || Some(world.show(&number)).filter(|shown| shown["print"] != "printing");
    let shown = until("something is known of it", is_told).await;
    assert_eq!((&shown["print"], world.printer.waiting()), (&json!("stuck"), 1), "{shown:#}");
    world.printer.locks_out(false);
    let shown = world.until(&number, "unknown").await;
    assert_eq!((world.printer.waiting(), world.printer.sheets().len()), (0, 0), "{shown:#}");
    server.kill();
}

/// The sheet of a printer that has its power back comes out before anybody can take it back: only then the customer is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_job_in_a_silent_printer_nobody_is_asked_and_no_money_goes_back_until_the_printer_has_answered() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    world.printer.will([Act::LosePower(Duration::from_secs(600))]);
    let server = world.serve().await;
    let number = pay_by_payme(&server, 1).await;
    let shown = world.until(&number, "stuck").await;
    assert_eq!(shown["owed_prints"]["state"], "stuck", "{shown:#}");
    let listed = world.booth.folder.json(&["order", "list", "--owed"]);
    assert_eq!(listed[0]["order_id"], number.as_str(), "{listed:#}");
    for command in ["refund", "reprint"] {
        let refused = world.booth.folder.run(&["order", command, &number], &[]);
        assert!(refused.code != Some(0) && refused.err.contains("may still be in the printer"), "{}", refused.err);
    }
    let path = format!("/api/booth/orders/{number}/came-out");
    assert_eq!(server.post(&path, "{\"copies\": 0}").await.status, 409, "nobody knows what will come yet");
    assert!(world.printer.sheets().is_empty());
    world.printer.speaks();
    let shown = world.until(&number, "unknown").await;
    assert!(why(&shown, "print_unknown").contains("the printer answers again"), "{shown:#}");
    let out = world.printer.sheets().len();
    came_out(&server, &number, u16::try_from(out).unwrap()).await;
    world.until(&number, "printed").await;
    assert_eq!((world.printer.sheets().len(), world.printer.waiting()), (1, 0), "once, in whatever order that went");
    world.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_customer_has_is_not_printed_once_more() {
    let world = World::new(PACE, "sheet_seconds = 1").await;
    // The first is out, of the second nobody knows it.
    world.printer.will([Act::Pretend]);
    let server = world.serve().await;
    let number = buy(&server, 2).await;
    world.until(&number, "unknown").await;
    let path = format!("/api/booth/orders/{number}/came-out");
    let much = server.post(&path, "{\"copies\": 3}").await;
    assert!(much.status == 400 && much.body.contains("number of copies"), "{}", much.body);
    came_out(&server, &number, 1).await;
    let asked = world.show(&number);
    assert_eq!(asked["copies_printed"], 1, "{asked:#}");
    world.until(&number, "unknown").await;
    assert!(world.printer.sheets().iter().all(|sheet| sheet.ends_with("/2")), "{:?}", world.printer.sheets());
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_copies_are_sold_than_the_printer_says_that_it_has_sheets() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    world.printer.has_left(3);
    let server = world.serve().await;
    until("it knows how many", async || (server.get("/api/booth/ready").await.json()["left"] == 3).then_some(())).await;
    let refused = ask_to_buy(&server, 4).await;
    assert_eq!((refused.status, &refused.json()["prices"]["max_copies"]), (400, &json!(3)), "{}", refused.body);
    let number = buy(&server, 3).await;
    world.until(&number, "printed").await;
    // A driver sees a new roll at the next print, so one is sold whatever it says.
    until("it is used up", async || (server.get("/api/booth/ready").await.json()["left"] == 1).then_some(())).await;
    assert_eq!(ask_to_buy(&server, 2).await.status, 400);
    assert_eq!(ask_to_buy(&server, 1).await.status, 200);
    world.printer.has_left(400);
    until("a new roll is seen", async || (server.get("/api/booth/ready").await.json()["left"] == 400).then_some(()))
        .await;
    server.kill();
}

/// cupsd 2.4.2: an idle queue says `media-empty-warning` of its last job for ever, also through `cupsdisable` and `cupsenable`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_queue_remembers_of_its_last_print_closes_the_booth_only_until_a_print_that_is_paid_shows_better() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    world.printer.is_a_queue();
    world.printer.will([Act::PaperOut]);
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    world.until(&number, "unknown").await;
    world.printer.is_refilled();
    server.err.wait_for("remembers it from its last print. When the printer is in order, say so in the owner's panel");
    let refused = ask_to_buy(&server, 1).await;
    assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some("paper")), "{}", refused.body);
    came_out(&server, &number, 0).await;
    world.until(&number, "printed").await;
    until("it sells again", async || (server.get("/api/booth/ready").await.json()["ready"] == true).then_some(()))
        .await;
    assert_eq!((world.printer.waiting(), world.printer.sheets().len()), (0, 1));
    server.kill();
}

/// A queue that tells everybody how it is and prints only for those with a password looks ready, and would refuse what was paid.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_that_would_refuse_every_print_sells_nothing_and_says_the_cure() {
    // Whether its second try is refused, or waits for the printer until its time is over, is chance.
    let world = World::new(PACE, "sheet_seconds = 0\nwait_seconds = 10").await;
    world.printer.wants_password(true);
    let server = world.booth.serve();
    server
        .err
        .wait_for("it asks for a password, and this server has none: `lpadmin -p NAME -o printer-op-policy=default`");
    let refused = ask_to_buy(&server, 1).await;
    assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some("other")), "{}", refused.body);
    world.printer.wants_password(false);
    server.err.wait_for("the printer is ready");
    // Somebody changes it while the booth sells: who has paid is owed, and nobody pays after him.
    world.printer.wants_password(true);
    let number = buy(&server, 1).await;
    let shown = world.until(&number, "claim").await;
    assert!(why(&shown, "print_failed").contains("asks for a password"), "{shown:#}");
    until("it is closed", async || (server.get("/api/booth/ready").await.json()["closed"] == "other").then_some(()))
        .await;
    world.printer.wants_password(false);
    until("it sells again", async || (server.get("/api/booth/ready").await.json()["ready"] == true).then_some(()))
        .await;
    let asked = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    world.until(&number, "printed").await;
    assert_eq!(world.printer.sheets().len(), 1);
    server.kill();
}

/// A page of the owner's own on such a booth only takes money: it prints by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_of_the_api_has_no_picture_and_becomes_no_claim() {
    let world = World::new(PACE, "sheet_seconds = 0").await;
    let server = world.serve().await;
    let body = json!({ "order_id": "photobooth-1", "paymentType": "payme", "amount": 20000 });
    assert_eq!(server.post("/api/generate-qr", &body.to_string()).await.status, 200);
    assert_eq!(server.post("/api/test-payment/photobooth-1", "{}").await.status, 200);
    let shown = world.show("photobooth-1");
    assert_eq!((&shown["status"], &shown["print"]), (&json!("paid"), &json!(null)), "{shown:#}");
    assert_eq!(world.booth.folder.json(&["order", "list", "--owed"]), json!([]));
    let reprint = world.booth.folder.run(&["order", "reprint", "photobooth-1"], &[]);
    assert!(reprint.code != Some(0) && reprint.err.contains("has no picture of this booth"), "{}", reprint.err);
    world.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_that_is_not_there_sells_nothing() {
    let booth = Booth::on_sqlite(
        "[photos]\nsource = \"boothpay\"\n[prints]\nby = \"printer\"\nprinter = \"ipp://127.0.0.1:9/ipp/print\"\n",
    );
    let server = booth.serve();
    server.err.wait_for("the printer cannot print now, so the booth sells nothing");
    let refused = ask_to_buy(&server, 1).await;
    assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some("away")), "{}", refused.body);
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_judges_the_printer() {
    let booth = Booth::on_sqlite("");
    let photos = "[photos]\nsource = \"boothpay\"\n";
    for (settings, said) in [
        (
            "[prints]\nby = \"printer\"\nprinter = \"ipp://127.0.0.1/\"".to_owned(),
            "set photos.source = \"boothpay\" too",
        ),
        (format!("{photos}[prints]\nby = \"printer\""), "give the printer's address"),
        (format!("{photos}[prints]\nby = \"printer\"\nprinter = \"DNP\""), "give the printer's address"),
        (format!("{photos}[prints]\nby = \"printer\"\nprinter = \"https://a/\""), "write ipps:// instead"),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"ipps://a/\"\ncertificate = \"AB:CD\""),
            "the certificate's SHA-256 fingerprint",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"ipp://a/\"\ncertificate = \"AB:CD\""),
            "it is for printers at ipps://",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"windows:DNP DS620\""),
            "this computer has no printers of Windows; here a printer is a queue of CUPS",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"windows:\"\nspooler = \"sh\""),
            "give the printer's name as Windows has it",
        ),
        (
            format!(
                "{photos}[prints]\nby = \"printer\"\nprinter = \"windows:DNP\"\nspooler = \"sh\"\ndevice = \"ipp://a/\""
            ),
            "has no address beside its name",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"ipp://a/\"\nspooler = \"sh\""),
            "it has no use without a printer of Windows",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"ipp://a/\"\nfolder = \"jobs\""),
            "it has no use while prints.by is \"printer\"",
        ),
        (
            format!("{photos}[prints]\nby = \"printer\"\nprinter = \"ipp://a/\"\njob_seconds = 12"),
            "at least 20 seconds",
        ),
        ("[prints]\nprinter = \"ipp://a/\"".to_owned(), "it has no use while prints.by is \"receipt\""),
    ] {
        booth.folder.write("boothpay.toml", &settings);
        let checked = booth.folder.run(&["check"], &[]);
        let text = format!("{}{}", checked.out, checked.err);
        assert!(checked.code != Some(0) && text.contains(said), "{settings}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_another_booth_in_the_same_queue_is_left_alone() {
    let lines = "sheet_seconds = 0\njob_seconds = 600";
    let world = World::new(Duration::from_secs(600), lines).await;
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    until("the printer has it", async || (world.printer.waiting() == 1).then_some(())).await;
    let booth = World::booth(world.address, lines);
    let other = World { booth, printer: world.printer.clone(), address: world.address };
    let second = other.serve().await;
    buy(&second, 1).await;
    until("both are in it", async || (world.printer.waiting() == 2).then_some(())).await;
    assert_eq!(world.show(&number)["print"], "printing");
    second.kill();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_copies_come_out_when_the_money_went_back() {
    for world in World::of_both(Duration::from_secs(2), "sheet_seconds = 0").await {
        let server = world.serve().await;
        let number = pay_by_payme(&server, 3).await;
        until("the first is out", async || (world.printer.sheets().len() == 1).then_some(())).await;
        let back = server.payme("", "CancelTransaction", json!({ "id": "payme-1", "reason": 5 })).await;
        assert_eq!(back["result"]["state"], -2, "{back}");
        world.until(&number, "stopped").await;
        assert!(world.printer.sheets().len() < 3 && world.printer.waiting() == 0);
        server.kill();
    }
}
