//! The stand-in of Telegram's Bot API as a program, for the tests in a browser. Its first line says where it is; it ends when its
//! standard input does, so with whoever started it.

use boothpay_test_support::BotApi;
use std::io::Read;

fn main() {
    let api = BotApi::start();
    println!("{}", api.url());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
