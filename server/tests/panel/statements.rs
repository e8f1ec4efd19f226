//! What the owner reads of a statement's days in the panel, on both stores: sums that are equal when all agrees, money that was given back
//! by hand, and a file that is another wallet's.

use crate::books::{DAY_MS, id, kinds, midnight, owner_in_english, row, row_at, statement, upload, worlds_with};
use crate::orders::pay_by_click;
use crate::world::{PRODUCTION, START};
use boothpay_store::WhichDifferences;

/// The line of each day, newest first: what it comes to, and the sums there and here.
fn days(page: &str) -> Vec<[String; 3]> {
    let Some((_, rest)) = page.split_once("<h2>By day</h2>") else { return Vec::new() };
    let body = rest.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let texts = |line: &str| -> Vec<String> {
        let cells =
            line.split("<td").skip(1).map(|cell| cell.split_once('>').unwrap().1.split("</td>").next().unwrap());
        cells.map(|cell| cell.split('>').nth(usize::from(cell.contains("<span"))).unwrap()).map(plain).collect()
    };
    let rows = body.split("<tr>").skip(1).map(texts);
    rows.map(|cells| [cells[1].clone(), cells[3].clone(), cells[4].clone()]).collect()
}

fn plain(text: &str) -> String {
    text.split('<').next().unwrap().replace('\u{a0}', " ")
}

#[tokio::test]
async fn a_payment_that_went_back_on_both_sides_is_in_neither_sum() {
    for (world, _, _kept) in worlds_with(PRODUCTION) {
        for (order, n) in [("stays", 1), ("cancelled", 2), ("there-alone", 3)] {
            world.order(order).await;
            world.pay(order, &id(n)).await;
        }
        world.carry_out("CancelTransaction", &format!(r#"{{"id":"{}","reason":5}}"#, id(2))).await;
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let file = |of_third: &str| {
            statement(&[
                row(&id(1), "stays", "10000", "Оплачен"),
                row(&id(2), "cancelled", "10000", "Отменён"),
                row(&id(3), "there-alone", "10000", of_third),
            ])
        };
        let answer = upload(&mut owner, &world, file("Оплачен").as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
        assert_eq!(days(&owner.page(&world, "/admin/books").await), [["all agrees", "20 000 (2)", "20 000 (2)"]]);
        // What differs is what one side has more.
        for word in ["Отменён", "Возврат"] {
            upload(&mut owner, &world, file(word).as_bytes(), &[]).await;
            let page = owner.page(&world, "/admin/books").await;
            assert_eq!(days(&page), [["differences: 1 (there-alone)", "10 000 (1)", "20 000 (2)"]], "{word}");
        }
    }
}

#[tokio::test]
async fn money_that_goes_back_on_the_next_day_agrees_on_both_days_whatever_file_comes_first() {
    for is_backwards in [false, true] {
        for (world, _, _kept) in worlds_with(PRODUCTION) {
            for (order, n) in [("back", 1), ("stays", 2)] {
                world.order(order).await;
                world.pay(order, &id(n)).await;
            }
            world.set_time(START + DAY_MS);
            world.order("next").await;
            world.pay("next", &id(3)).await;
            world.carry_out("CancelTransaction", &format!(r#"{{"id":"{}","reason":5}}"#, id(1))).await;
            world.set_time(START + 3 * DAY_MS);
            let mut owner = owner_in_english(&world).await;
            let first = [row(&id(1), "back", "10000", "paid"), row(&id(2), "stays", "10000", "paid")];
            let second = [
                row_at(START + DAY_MS, &id(3), "next", "10000", "paid"),
                row_at(START + DAY_MS + 5000, &id(1), "back", "-10000", "refund"),
            ];
            let mut files = [statement(&first), statement(&second)];
            if is_backwards {
                files.reverse();
            }
            for file in &files {
                let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
                assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
            }
            let page = owner.page(&world, "/admin/books").await;
            assert_eq!(kinds(&page), [""; 0]);
            let expected = [["all agrees", "10 000 (1)", "10 000 (1)"], ["all agrees", "20 000 (2)", "20 000 (2)"]];
            assert_eq!(days(&page), expected, "each day as its own statement has it");
            let (_, closed) = page.split_once("<h2>Seen to</h2>").expect("and it is told");
            assert!(
                closed.contains("explained") && closed.contains("given back by the wallet: 2023-11-16"),
                "{closed}"
            );
            // A file of both days has what is left.
            let both = statement(&[first, second].concat());
            let answer = upload(&mut owner, &world, both.as_bytes(), &[]).await;
            assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
            assert_eq!(
                days(&owner.page(&world, "/admin/books").await),
                [["all agrees", "10 000 (1)", "10 000 (1)"]; 2]
            );
        }
    }
}

#[tokio::test]
async fn money_that_is_late_on_its_way_back_differs_until_a_statement_shows_it_however_much_later() {
    for (world, _, _kept) in worlds_with(PRODUCTION) {
        for (order, n) in [("back", 1), ("stays", 2)] {
            world.order(order).await;
            world.pay(order, &id(n)).await;
        }
        world.carry_out("CancelTransaction", &format!(r#"{{"id":"{}","reason":5}}"#, id(1))).await;
        world.set_time(START + 9 * DAY_MS);
        world.order("later").await;
        world.pay("later", &id(3)).await;
        world.set_time(START + 11 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let first = statement(&[row(&id(1), "back", "10000", "paid"), row(&id(2), "stays", "10000", "paid")]);
        upload(&mut owner, &world, first.as_bytes(), &[]).await;
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Given back here, not at the wallet"]);
        let later = statement(&[
            row_at(START + 9 * DAY_MS, &id(3), "later", "10000", "paid"),
            row_at(START + 9 * DAY_MS, &id(1), "back", "-10000", "refund"),
        ]);
        let answer = upload(&mut owner, &world, later.as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await), [""; 0]);
    }
}

#[tokio::test]
async fn a_file_that_ends_too_early_or_has_no_payment_shows_what_it_has_not_when_its_days_are_said() {
    for (world, _, _kept) in worlds_with(PRODUCTION) {
        for (order, n) in [("first", 1), ("second", 2)] {
            world.order(order).await;
            world.pay(order, &id(n)).await;
            world.set_time(START + DAY_MS);
        }
        world.set_time(START + 5 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let (cut, empty) = (statement(&[row(&id(1), "first", "10000", "paid")]), statement(&[]));
        let answer = upload(&mut owner, &world, cut.as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
        let answer = upload(&mut owner, &world, empty.as_bytes(), &[]).await;
        assert!(answer.status == 422 && answer.text().contains("fill in the days"), "{}", answer.text());
        for (file, from) in [(&cut, "2023-11-15"), (&empty, "2023-11-16")] {
            let told = [("from", from), ("to", "2023-11-17")];
            let answer = upload(&mut owner, &world, file.as_bytes(), &told).await;
            assert_eq!(answer.header("location"), "/admin/books?done=statement_compared", "{}", answer.text());
            let page = owner.page(&world, "/admin/books").await;
            assert_eq!(kinds(&page), ["Paid here, not in the statement"]);
            let expected = [
                ["all agrees", "0 (0)", "0 (0)"],
                ["differences: 1 (second)", "0 (0)", "10 000 (1)"],
                ["all agrees", "10 000 (1)", "10 000 (1)"],
            ];
            assert_eq!(days(&page), expected);
        }
        for (from, to) in [("2023-11-17", "2023-11-16"), ("17.11.2023", "")] {
            let answer = upload(&mut owner, &world, cut.as_bytes(), &[("from", from), ("to", to)]).await;
            assert!(answer.status == 422 && answer.text().contains("There is no such day, or"), "{}", answer.text());
        }
        // A file that cannot be read keeps what was said.
        let answer = upload(&mut owner, &world, b"a;b\n1;2\n", &[("from", "2023-11-15"), ("to", "2023-11-16")]).await;
        assert!(answer.text().contains("name=\"to\" value=\"2023-11-16\""), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_payment_by_click_has_the_number_of_clicks_cabinet() {
    let settings = crate::orders::settings(0);
    for (world, _, _kept) in worlds_with(&settings) {
        for (order, attempt) in [("there", "3000000001"), ("missing", "3000000002")] {
            world.order(order).await;
            pay_by_click(&world, order, attempt).await;
        }
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let file = statement(&[row("3000000001", "there", "10000", "paid")]);
        upload(&mut owner, &world, file.as_bytes(), &[("wallet", "click")]).await;
        let open = world.app.store.differences(WhichDifferences::Open, 10).await.unwrap();
        assert_eq!(open[0].payment.as_deref(), Some("3000000002"));
        assert!(open[0].key.ends_with(":3000000002"), "what it is known by stays the ledger's: {}", open[0].key);
        assert!(owner.page(&world, "/admin/books").await.contains("<code class=\"long\">3000000002</code>"));
    }
}

#[tokio::test]
async fn a_payment_near_midnight_that_neither_statement_has_is_missing_on_its_own_day() {
    const MINUTE_MS: i64 = 60_000;
    for is_backwards in [false, true] {
        for (world, _, _kept) in worlds_with(PRODUCTION) {
            let (before, after) = (midnight() - 300 * MINUTE_MS, midnight() + 300 * MINUTE_MS);
            let times = [("before", before), ("gone", midnight() - 4 * MINUTE_MS), ("after", after)];
            for ((order, at), n) in times.into_iter().zip(1..) {
                world.set_time(at);
                world.order(order).await;
                world.pay(order, &id(n)).await;
            }
            world.set_time(midnight() + DAY_MS);
            let mut owner = owner_in_english(&world).await;
            let mut files = [
                statement(&[row_at(before, &id(1), "before", "10000", "paid")]),
                statement(&[row_at(after, &id(3), "after", "10000", "paid")]),
            ];
            if is_backwards {
                files.reverse();
            }
            // And once more, as somebody does who is not sure.
            for round in 0..2 {
                for file in &files {
                    upload(&mut owner, &world, file.as_bytes(), &[]).await;
                }
                let page = owner.page(&world, "/admin/books").await;
                assert_eq!(kinds(&page), ["Paid here, not in the statement"]);
                let expected =
                    [["all agrees", "10 000 (1)", "10 000 (1)"], ["differences: 1 (gone)", "10 000 (1)", "20 000 (2)"]];
                assert_eq!(days(&page), expected, "{round}, {is_backwards}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_given_back_by_hand_is_told_with_who_did_it_and_needs_nobody() {
    let settings = crate::orders::settings(0);
    for (world, _, _kept) in worlds_with(&settings) {
        for (order, attempt) in [("handed", "3000000001"), ("kept", "3000000002")] {
            world.order(order).await;
            pay_by_click(&world, order, attempt).await;
        }
        let mut owner = owner_in_english(&world).await;
        let at = "/admin/orders/handed";
        let given = owner.press(&world, at, &format!("{at}/handed-back"), &[]).await;
        assert_eq!(given.header("location"), format!("{at}?done=handed_back"), "{}", given.text());
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let file = statement(&[
            row("3000000001", "handed", "10000", "Оплачен"),
            row("3000000002", "kept", "10000", "Оплачен"),
        ]);
        for _ in 0..2 {
            let answer = upload(&mut owner, &world, file.as_bytes(), &[("wallet", "click")]).await;
            assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
            let page = owner.page(&world, "/admin/books").await;
            assert_eq!(kinds(&page), [""; 0], "nobody has anything to do");
            assert_eq!(days(&page), [["all agrees", "20 000 (2)", "20 000 (2)"]]);
            let (_, closed) = page.split_once("<h2>Seen to</h2>").expect("and it is seen");
            assert!(closed.contains("Given back here, not at the wallet") && closed.contains("handed"), "{closed}");
            assert!(closed.contains("explained"), "{closed}");
            assert!(closed.contains("given back by hand: owner, 2023-11-15 03:13:20"), "{closed}");
        }
    }
}

#[tokio::test]
async fn a_statement_of_another_wallet_is_refused_and_nothing_of_it_is_kept() {
    let settings = crate::orders::settings(0);
    for (world, _, _kept) in worlds_with(&settings) {
        for n in 1..=3 {
            let order = format!("order-{n}");
            world.order(&order).await;
            world.pay(&order, &id(n)).await;
        }
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let file = statement(&[1, 2, 3].map(|n| row(&id(n), &format!("order-{n}"), "10000", "Оплачен")));
        let nameless =
            format!("Заказ;Дата и время;Сумма\norder-1;{};10000\n", jiff::Timestamp::from_millisecond(START).unwrap());
        for file in [&file, &nameless] {
            for (language, said) in [
                ("ru", "Похоже, это выписка другого кошелька: Payme."),
                ("uz", "Bu boshqa hamyonning ko‘chirmasiga o‘xshaydi: Payme."),
                ("en", "This looks like the statement of another wallet: Payme."),
            ] {
                owner.send(&world, "/admin/language", &[("language", language), ("back", "/admin")]).await;
                for wallet in ["click", "uzum"] {
                    let answer = upload(&mut owner, &world, file.as_bytes(), &[("wallet", wallet)]).await;
                    assert!(answer.status == 422 && answer.text().contains(said), "{}", answer.text());
                    assert!(answer.text().contains("value=\"payme\" selected"), "{}", answer.text());
                }
            }
        }
        assert_eq!(world.app.store.differences(WhichDifferences::Open, 10).await.unwrap(), []);
        assert_eq!(world.app.store.compared_days(10).await.unwrap(), []);
        // Its own wallet takes it, and a file of payments that are nowhere here is one that differs.
        let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
        let strange = statement(&[row("77", "order-9", "10000", "paid"), row(&id(1), "order-1", "10000", "paid")]);
        let answer = upload(&mut owner, &world, strange.as_bytes(), &[("wallet", "click")]).await;
        assert_eq!(answer.status, 303, "not most of it: {}", answer.text());
        // The newest first, by when it was paid.
        let open = world.app.store.differences(WhichDifferences::Open, 10).await.unwrap();
        assert_eq!(open.len(), 2, "{open:?}");
    }
}
