//! Payme, Click and Uzum at one order at the same instant: one of them begins, and the others are refused in their own words
//! before any money has moved. One server on a file, and two on one PostgreSQL database.

use crate::http::Connection;
use crate::server::Fleet;
use crate::wire::provider_id;
use boothpay_test_support::model::Wallet;
use boothpay_test_support::wallets::{self, click, number_of, payme, uzum};
use serde_json::{Value, json};
use std::sync::Barrier;

const ROUNDS: usize = 30;
const PRICE: i64 = 1_000_000;
const WALLETS: [Wallet; 3] = [Wallet::Payme, Wallet::Click, Wallet::Uzum];

/// The address and the body of a call.
type Call = (String, String);

fn begin(order: &str, wallet: Wallet) -> Call {
    let id = provider_id(order, wallet, 0);
    match wallet {
        Wallet::Click => owned(click(number_of(order), order, PRICE, 0, None)),
        Wallet::Uzum => uzum("create", Some(&id), Some((order, PRICE))),
        Wallet::Payme | Wallet::Test => owned(payme("CreateTransaction", &wallets::create(&id, order, PRICE))),
    }
}

fn pay(order: &str, wallet: Wallet, begun: &Value) -> Call {
    let id = provider_id(order, wallet, 0);
    match wallet {
        Wallet::Click => owned(click(number_of(order), order, PRICE, 0, begun["merchant_prepare_id"].as_i64())),
        Wallet::Uzum => uzum("confirm", Some(&id), None),
        Wallet::Payme | Wallet::Test => owned(payme("PerformTransaction", &json!({ "id": id }))),
    }
}

fn owned((path, body): (&str, String)) -> Call {
    (path.to_owned(), body)
}

/// None when a wallet was told that all is well; else the error, in the wallet's own form.
fn refusal(wallet: Wallet, answer: &Value) -> Option<i64> {
    match wallet {
        Wallet::Click => answer["error"].as_i64().filter(|code| *code != 0),
        Wallet::Uzum => answer["errorCode"].as_str().map(|code| code.parse().unwrap()),
        Wallet::Payme | Wallet::Test => answer["error"]["code"].as_i64(),
    }
}

/// Sends all at the same instant, in turns to the servers; the answers in the order of the calls.
fn volley(fleet: &Fleet, calls: &[Call]) -> Vec<Value> {
    let barrier = Barrier::new(calls.len());
    std::thread::scope(|scope| {
        let send = |(turn, (path, body)): (usize, &'_ Call)| {
            let mut connection = Connection::open(&fleet.address(turn % fleet.count()).unwrap()).unwrap();
            let (barrier, path, body) = (&barrier, path.clone(), body.clone());
            scope.spawn(move || {
                barrier.wait();
                connection.send("POST", &path, &body).unwrap().1
            })
        };
        let sent: Vec<_> = calls.iter().enumerate().map(send).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn duels(fleet: &Fleet) {
    let mut winners = [0; 3];
    for round in 0..ROUNDS {
        let order = format!("duel-{round}");
        let offer = json!({"order_id": order, "paymentType": "payme", "amount": PRICE / 100}).to_string();
        volley(fleet, &[("/api/generate-qr".to_owned(), offer)]);
        // Everybody asks twice, and nobody always first.
        let turns: Vec<Wallet> = (0..6).map(|turn| WALLETS[(turn + round) % 3]).collect();
        let begin: Vec<Call> = turns.iter().map(|wallet| begin(&order, *wallet)).collect();
        let answers = volley(fleet, &begin);
        let told: Vec<(Wallet, &Value)> = turns.iter().copied().zip(&answers).collect();
        let (winner, begun) = *told.iter().find(|(wallet, it)| refusal(*wallet, it).is_none()).expect("one begins");
        for (wallet, answer) in &told {
            let expected = match wallet {
                // A repeat is answered as each wallet wants it.
                Wallet::Uzum if winner == Wallet::Uzum => [None, Some(10010)],
                wallet if *wallet == winner => [None, None],
                Wallet::Payme | Wallet::Test => [Some(-31099); 2],
                Wallet::Click => [Some(-9); 2],
                Wallet::Uzum => [Some(10008); 2],
            };
            assert!(expected.contains(&refusal(*wallet, answer)), "{winner:?} has begun: {told:?}");
        }
        winners[WALLETS.iter().position(|wallet| *wallet == winner).unwrap()] += 1;

        let pays = pay(&order, winner, begun);
        let mut calls = vec![pays.clone(), pays];
        calls.extend(begin.into_iter().zip(&turns).filter(|(_, wallet)| **wallet != winner).map(|(call, _)| call));
        let answers = volley(fleet, &calls);
        let paid = answers[..2].iter().filter(|it| refusal(winner, it).is_none()).count();
        // Payme is told the same twice; to Click and Uzum a repeat has a code of its own.
        assert_eq!(paid, if winner == Wallet::Payme { 2 } else { 1 }, "{answers:?}");
        let losers = turns.iter().filter(|wallet| **wallet != winner);
        for (wallet, answer) in losers.zip(&answers[2..]) {
            let refused: &[i64] = match wallet {
                Wallet::Payme | Wallet::Test => &[-31099, -31052],
                Wallet::Click => &[-9, -4],
                Wallet::Uzum => &[10008],
            };
            assert!(refusal(*wallet, answer).is_some_and(|code| refused.contains(&code)), "{winner:?}: {answers:?}");
        }
    }
    for (name, rows) in fleet.database.rows("duel-") {
        assert_eq!(rows.order.unwrap()["status"], "paid", "{name}");
        let [one] = rows.transactions.as_slice() else { panic!("{name}: {:?}", rows.transactions) };
        assert_eq!(one["state"], "performed", "{name}");
        assert_eq!(rows.journal.len(), 3, "{name}: an order, an attempt, a payment");
    }
    println!("{ROUNDS} duels; Payme, Click and Uzum won {winners:?}");
}

#[test]
fn of_three_wallets_at_one_instant_one_pays_on_a_file() {
    duels(&Fleet::on_a_file());
}

#[test]
fn of_three_wallets_at_one_instant_one_pays_at_two_servers_on_postgresql() {
    duels(&Fleet::on_postgresql());
}
