//! What the owner's panel keeps, on SQLite and on PostgreSQL: a change and its row of the audit are one, of two who change the same
//! one wins, and the audit stays as it is.

mod support;

use boothpay_protocol::panel::{Admin, AdminName, Audit, Deed, PanelSession, Role};
use boothpay_protocol::quota::{DAY, Quota};
use boothpay_protocol::second::SecondFactor;
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_store::{Address, Store};
use support::{at, on_both, postgres};

fn note(deed: Deed) -> Audit {
    Audit::of(Some(AdminName::owner()), deed, at(5)).about("owner").from("127.0.0.1")
}

fn owner() -> Admin {
    Admin::new(AdminName::owner(), Role::Owner, at(1))
}

fn other(role: Role) -> Admin {
    Admin::new(AdminName::parse("dilnoza").unwrap(), role, at(1))
}

fn session(token: &[u8]) -> PanelSession {
    PanelSession {
        digest: KeyDigest::of(token),
        admin: AdminName::owner(),
        created_at: at(10),
        seen_at: at(10),
        awaits_code: false,
    }
}

async fn deeds(store: &Store) -> Vec<Deed> {
    store.audit(None, None, 100).await.unwrap().into_iter().map(|(_, audit)| audit.deed).collect()
}

#[tokio::test]
async fn a_link_that_two_use_at_once_sets_one_password() {
    on_both(|one, two| async move {
        let made = owner().with_link(KeyDigest::of(b"link"), at(1));
        let first = Admin { version: 1, ..made };
        assert!(one.save_admin(first.clone(), false, note(Deed::LinkMade)).await.unwrap());
        assert!(!two.save_admin(first.clone(), false, note(Deed::LinkMade)).await.unwrap(), "the name is taken");
        let (mine, theirs) = (first.with_password("mine".to_owned()), first.with_password("theirs".to_owned()));
        let (a, b) = tokio::join!(
            one.save_admin(mine, true, note(Deed::PasswordSet)),
            two.save_admin(theirs, true, note(Deed::PasswordSet))
        );
        assert_ne!(a.unwrap(), b.unwrap());
        let kept = one.admins().await.unwrap();
        assert_eq!((kept.len(), kept[0].version, kept[0].link), (1, 2, None));
        assert_eq!(deeds(&two).await, [Deed::PasswordSet, Deed::LinkMade], "what was not done is not noted");
    })
    .await;
}

#[tokio::test]
async fn sessions_end_with_a_new_password_and_with_the_person() {
    on_both(|one, two| async move {
        one.save_admin(owner(), false, note(Deed::PersonAdded)).await.unwrap();
        assert!(one.start_panel_session(session(b"a"), 1, None, note(Deed::LoggedIn)).await.unwrap());
        assert!(
            !one.start_panel_session(session(b"b"), 7, None, note(Deed::LoggedIn)).await.unwrap(),
            "judged before a change"
        );
        let (seen, who) = two.panel_session(KeyDigest::of(b"a")).await.unwrap().unwrap();
        assert_eq!((seen, who), (session(b"a"), owner()));
        two.see_panel_session(KeyDigest::of(b"a"), at(99)).await.unwrap();
        two.see_panel_session(KeyDigest::of(b"a"), at(50)).await.unwrap();
        assert_eq!(one.panel_session(KeyDigest::of(b"a")).await.unwrap().unwrap().0.seen_at, at(99));
        let next = owner().with_password("x".to_owned());
        assert!(two.save_admin(next.clone(), true, note(Deed::PasswordSet)).await.unwrap());
        assert_eq!(one.panel_session(KeyDigest::of(b"a")).await.unwrap(), None);

        assert!(one.start_panel_session(session(b"c"), 2, None, note(Deed::LoggedIn)).await.unwrap());
        assert!(one.end_panel_session(KeyDigest::of(b"c"), note(Deed::LoggedOut)).await.unwrap());
        assert!(!one.end_panel_session(KeyDigest::of(b"c"), note(Deed::LoggedOut)).await.unwrap());
        assert!(one.start_panel_session(session(b"d"), 2, None, note(Deed::LoggedIn)).await.unwrap());
        assert!(
            !one.remove_admin(AdminName::owner(), note(Deed::PersonRemoved)).await.unwrap(),
            "the last owner stays"
        );
        assert!(one.panel_session(KeyDigest::of(b"d")).await.unwrap().is_some());
        one.save_admin(other(Role::Operator), false, note(Deed::PersonAdded)).await.unwrap();
        assert!(!one.remove_admin(AdminName::owner(), note(Deed::PersonRemoved)).await.unwrap());
        assert!(one.remove_admin(other(Role::Operator).name, note(Deed::PersonRemoved)).await.unwrap());
        one.save_admin(other(Role::Owner), false, note(Deed::PersonAdded)).await.unwrap();
        assert!(one.remove_admin(AdminName::owner(), note(Deed::PersonRemoved)).await.unwrap());
        assert!(!one.remove_admin(AdminName::owner(), note(Deed::PersonRemoved)).await.unwrap());
        assert_eq!(one.panel_session(KeyDigest::of(b"d")).await.unwrap(), None);
        let expected = [
            Deed::PersonRemoved,
            Deed::PersonAdded,
            Deed::PersonRemoved,
            Deed::PersonAdded,
            Deed::LoggedIn,
            Deed::LoggedOut,
            Deed::LoggedIn,
            Deed::PasswordSet,
            Deed::LoggedIn,
            Deed::PersonAdded,
        ];
        assert_eq!(deeds(&two).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_kept_and_a_session_that_waited_for_its_code_ends_with_it() {
    on_both(|one, two| async move {
        let recovery = vec![KeyDigest::of(b"first"), KeyDigest::of(b"second")];
        let second = SecondFactor { secret: Secret::new("GEZDGNBVGY3TQOJQ").unwrap(), step: 7, recovery };
        let admin = Admin { second: Some(second.clone()), ..owner() };
        one.save_admin(admin.clone(), false, note(Deed::PersonAdded)).await.unwrap();
        assert_eq!(two.admins().await.unwrap(), std::slice::from_ref(&admin));
        let half = PanelSession { awaits_code: true, ..session(b"half") };
        assert!(one.start_panel_session(half.clone(), 1, None, note(Deed::CodeAsked)).await.unwrap());
        assert_eq!(two.panel_session(half.digest).await.unwrap().unwrap().0, half);

        let next = admin.with_second(Some(SecondFactor { recovery: Vec::new(), ..second.after_code(8).unwrap() }));
        assert!(two.save_admin(next.clone(), false, note(Deed::CodeTaken)).await.unwrap());
        assert!(!one.save_admin(next.clone(), false, note(Deed::CodeTaken)).await.unwrap(), "the same code twice");
        assert_eq!(one.admins().await.unwrap(), std::slice::from_ref(&next), "also without any recovery code");
        let whole = session(b"whole");
        assert!(!one.start_panel_session(whole.clone(), 1, Some(half.digest), note(Deed::LoggedIn)).await.unwrap());
        assert!(two.panel_session(half.digest).await.unwrap().is_some(), "nothing was done");
        assert!(one.start_panel_session(whole.clone(), 2, Some(half.digest), note(Deed::LoggedIn)).await.unwrap());
        assert_eq!(two.panel_session(half.digest).await.unwrap(), None);
        assert_eq!(two.panel_session(whole.digest).await.unwrap().unwrap(), (whole.clone(), next.clone()));
        // What a link does: one step, of which both is noted.
        let new = Admin { second: None, ..next.with_password("x".to_owned()) };
        let noted = (note(Deed::SecondTakenAway), note(Deed::PasswordSet));
        assert!(one.renew_admin(new.clone(), noted.0.clone(), noted.1.clone()).await.unwrap());
        assert!(!two.renew_admin(new.clone(), noted.0, noted.1).await.unwrap(), "once");
        assert_eq!(two.admins().await.unwrap(), [new]);
        assert_eq!(two.panel_session(whole.digest).await.unwrap(), None);
        let mut deeds = deeds(&two).await;
        deeds.truncate(2);
        assert!(deeds.contains(&Deed::SecondTakenAway) && deeds.contains(&Deed::PasswordSet), "{deeds:?}");
    })
    .await;
}

#[tokio::test]
async fn of_two_owners_who_take_each_other_out_one_stays() {
    on_both(|one, two| async move {
        for _ in 0..10 {
            one.save_admin(owner(), false, note(Deed::PersonAdded)).await.unwrap();
            one.save_admin(other(Role::Owner), false, note(Deed::PersonAdded)).await.unwrap();
            let (a, b) = tokio::join!(
                one.remove_admin(AdminName::owner(), note(Deed::PersonRemoved)),
                two.remove_admin(other(Role::Owner).name, note(Deed::PersonRemoved))
            );
            assert_ne!(a.unwrap(), b.unwrap());
            assert_eq!(one.admins().await.unwrap().len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn old_sessions_are_forgotten() {
    on_both(|one, two| async move {
        one.save_admin(owner(), false, note(Deed::PersonAdded)).await.unwrap();
        for token in [b"a", b"b"] {
            assert!(one.start_panel_session(session(token), 1, None, note(Deed::LoggedIn)).await.unwrap());
        }
        one.see_panel_session(KeyDigest::of(b"b"), at(1000)).await.unwrap();
        assert_eq!(two.forget_panel_sessions(at(500), at(5)).await.unwrap(), 1);
        assert!(two.panel_session(KeyDigest::of(b"b")).await.unwrap().is_some());
        assert_eq!(two.forget_panel_sessions(at(500), at(11)).await.unwrap(), 1, "however lately it was used");
    })
    .await;
}

#[tokio::test]
async fn the_audit_is_read_in_pages_and_about_one_thing() {
    on_both(|one, two| async move {
        for number in 0..5 {
            let about = if number % 2 == 0 { "even" } else { "odd" };
            let audit =
                Audit::of(None, Deed::LoginRefused, at(number)).about(about).old("before").new_value("now\0\u{202e}");
            one.note_audit(audit).await.unwrap();
        }
        let page = two.audit(None, None, 2).await.unwrap();
        assert_eq!(page.iter().map(|(_, audit)| audit.at).collect::<Vec<_>>(), [at(4), at(3)]);
        let next = two.audit(None, page.last().map(|(number, _)| *number), 9).await.unwrap();
        assert_eq!(next.iter().map(|(_, audit)| audit.at).collect::<Vec<_>>(), [at(2), at(1), at(0)]);
        let odd = two.audit(Some("odd".to_owned()), None, 9).await.unwrap();
        assert_eq!(odd.iter().map(|(_, audit)| audit.at).collect::<Vec<_>>(), [at(3), at(1)]);
        let (_, first) = &odd[0];
        assert_eq!(
            (first.old.as_deref(), first.new.as_deref(), &first.who),
            (Some("before"), Some("now\u{202e}"), &None)
        );
    })
    .await;
}

#[test]
fn nobody_rewrites_the_audit() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    drop(Store::open(&to).unwrap());
    database.sql("insert into audit (at_ms, deed) values (1, 'logged_in')").unwrap();
    let path = folder.path().join("panel.db");
    drop(Store::open(&Address::SqliteFile(path.clone())).unwrap());
    let by_hand = rusqlite::Connection::open(path).unwrap();
    by_hand.execute("insert into audit (at_ms, deed) values (1, 'logged_in')", []).unwrap();
    for sql in ["update audit set at_ms = 2", "delete from audit"] {
        assert!(by_hand.execute(sql, []).unwrap_err().to_string().contains("append-only"), "{sql}");
        assert!(database.sql(sql).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_quota_is_counted_by_the_rows_of_one_person_over_all_servers() {
    on_both(|one, two| async move {
        let anna = AdminName::at_booth("anna");
        let of = Quota::of_pin(Deed::RefundAsked).unwrap();
        let quota = Quota { most: 2, ..of };
        let row = |who: &AdminName, order: &str, at_ms: i64| {
            Audit::of(Some(who.clone()), Deed::RefundAsked, at(at_ms)).about(order)
        };
        // Whether it may be done, and then it is done.
        let done = async |store: &Store, row: Audit, quota: Quota| {
            let is_within = store.is_within(&row, quota).await.unwrap();
            if is_within {
                store.note_audit(row).await.unwrap();
            }
            is_within
        };
        assert!(done(&one, row(&anna, "a", 1), quota).await);
        assert!(done(&two, row(&anna, "a", 2), quota).await, "the same order");
        assert!(done(&two, row(&anna, "b", 3), quota).await);
        assert!(!done(&one, row(&anna, "c", 4), quota).await);
        assert!(done(&one, row(&anna, "b", 5), quota).await, "one that is counted");
        assert!(done(&one, row(&AdminName::at_booth("bek"), "c", 6), quota).await, "his own");
        let each = Quota { most: 2, ..Quota::of_pin(Deed::ReprintAllowed).unwrap() };
        let paper = |at_ms| Audit { deed: Deed::ReprintAllowed, ..row(&anna, "a", at_ms) };
        assert!(done(&one, paper(7), each).await);
        assert!(done(&one, paper(8), each).await);
        assert!(!done(&two, paper(9), each).await, "each time is paper");
        assert!(!done(&one, row(&anna, "c", 1 + DAY.ms()), quota).await);
        assert!(done(&one, row(&anna, "c", 2 + DAY.ms()), quota).await, "the first order is a day old");
        assert_eq!(two.audit(Some("c".to_owned()), None, 9).await.unwrap().len(), 2);
    })
    .await;
}
