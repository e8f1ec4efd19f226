//! `boothpay tasks` as an owner meets it.

use crate::booth::{Booth, SECRET, paid};
use crate::receiver::Answer::Status;
use crate::receiver::Receiver;
use crate::support::Folder;
use boothpay_test_support::Cluster;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_sees_what_failed_and_has_it_tried_again() {
    let mut receiver = Receiver::start(&[Status(410, ""), Status(200, ""), Status(410, ""), Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let server = booth.serve(None);
        paid(&server, "photo-1").await;
        let first = receiver.next().await;
        let said = booth.until("0 open, 1 failed, 0 done");
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[0].starts_with("No.  State   For    Order"), "{said}");
        assert!(lines[1].starts_with("1    failed  books  photo-1"), "{said}");
        assert!(lines[1].contains("it answered 410: it wants no more messages"), "{said}");
        assert!(said.contains("boothpay tasks retry --failed"), "{said}");
        server.err.wait_for("boothpay tasks retry 1");

        let shown = booth.tasks(&["show", "1"]);
        for words in ["For        books", "Order      photo-1", "somebody has to look", first.header("webhook-id")] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(shown.contains(&first.body), "{shown}");
        assert!(!shown.contains(SECRET));

        assert!(booth.tasks(&["retry", "1"]).contains("Task 1 is tried again"));
        assert_eq!(receiver.next().await.header("webhook-id"), first.header("webhook-id"));
        let done = booth.until("0 open, 0 failed, 1 done");
        assert!(done.contains("done 20") && booth.tasks(&["list"]).starts_with("0 open"), "{done}");
        let refused = |arguments: &[&str], words: &str| {
            let finished = booth.folder.run(arguments, &[]);
            assert_eq!(finished.code, Some(1), "{}", finished.out);
            assert!(finished.err.contains(words), "{}", finished.err);
        };
        refused(&["tasks", "retry", "1"], "task 1 is done");
        refused(&["tasks", "retry", "77"], "there is no task 77");
        refused(&["tasks", "show", "77"], "there is no task 77");
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_failed_is_tried_again_with_one_command_and_times_are_the_owners() {
    let mut receiver = Receiver::start(&[Status(410, ""), Status(410, ""), Status(410, ""), Status(200, "")]).await;
    let booth = Booth::on_sqlite(&receiver.url());
    let server = booth.serve(None);
    for order in ["a", "b", "c"] {
        paid(&server, order).await;
        receiver.next().await;
    }
    booth.until("0 open, 3 failed, 0 done");
    let column = |zone: &str| {
        let list = booth.folder.run(&["tasks", "list", "--failed"], &[("BOOTHPAY_BOOTH_TIME_ZONE", zone)]).out;
        list.lines()
            .nth(1)
            .unwrap()
            .split("  ")
            .map(str::trim)
            .filter(|it| it.starts_with("20"))
            .map(str::to_owned)
            .next()
    };
    let (here, there) = (column("Asia/Tashkent").unwrap(), column("UTC").unwrap());
    assert_eq!((here.len(), here == there), (19, false), "{here} {there}");
    assert!(booth.tasks(&["retry", "--failed"]).contains("3 tasks are tried again"));
    booth.until("0 open, 0 failed, 3 done");
    let nothing = booth.folder.run(&["tasks", "retry", "--failed"], &[]);
    assert!(nothing.err.contains("no task has failed"), "{}", nothing.err);
    server.kill();
}

#[test]
fn a_secret_is_made_that_the_settings_take_and_check_shows_whom_is_told() {
    let folder = Folder::new();
    let made = folder.run(&["tasks", "secret"], &[]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let secret = made.out.trim();
    folder.write("webhook.secret", secret);
    folder.write(
        "boothpay.toml",
        "[[webhooks]]\nurl = \"https://example.uz/boothpay?token=hidden\"\nsecret_file = \"webhook.secret\"\n\
         events = [\"order.paid\"]\n",
    );
    let checked = folder.run(&["check", "--development"], &[]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    assert!(checked.out.contains("example.uz at https://example.uz of order.paid"), "{}", checked.out);
    assert!(!checked.out.contains("token=hidden") && !checked.out.contains(secret));
    assert_ne!(folder.run(&["tasks", "secret"], &[]).out, made.out);
}

/// On PostgreSQL, by a user who may only read: nothing is taken, no lock and no place among those who write.
#[test]
fn looking_needs_no_right_to_write() {
    let database = Cluster::shared().database();
    let folder = Folder::new();
    folder.write("boothpay.toml", &format!("database = \"{}\"\n", database.url));
    assert_eq!(folder.run(&["order", "create", "--id", "a"], &[]).code, Some(0));
    let onlooker =
        "create role onlooker login password 'onlooker'; grant select on all tables in schema public to onlooker";
    database.sql(onlooker).unwrap();
    let (scheme, rest) = database.url.split_once("//").unwrap();
    let url = format!("{scheme}//onlooker:onlooker@{}", rest.split_once('@').unwrap().1);
    let commands: [(&[&str], &str); 4] = [
        (&["tasks", "list", "--all"], "0 open, 0 failed, 0 done"),
        (&["tasks", "show", "1"], "there is no task 1"),
        (&["order", "list"], "\"a\""),
        (&["booth", "list"], "\"screens\""),
    ];
    for (arguments, words) in commands {
        let finished = folder.run(arguments, &[("BOOTHPAY_DATABASE", &url)]);
        let said = format!("{}{}", finished.out, finished.err);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn without_a_database_nothing_is_made() {
    let folder = Folder::new();
    let listed = folder.run(&["tasks", "list", "--development"], &[]);
    assert_eq!(listed.code, Some(1));
    assert!(listed.err.contains("there is no database"), "{}", listed.err);
    assert!(!folder.path().join("boothpay.db").exists());
}
