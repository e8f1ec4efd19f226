//! What happens to a booth while its customers buy: its server is killed and started again at once, its printer is out of reach, somebody
//! comes by and puts paper in. What the printer does with each job is drawn before.

use crate::booth::{Booth, Nature, Server};
use boothpay_sandbox::printer::Act;
use boothpay_test_support::Random;
use std::thread;
use std::time::{Duration, Instant};

/// How long a server that was told where to die gets to get there; then it is killed where it is.
const POINT_PATIENCE: Duration = Duration::from_secs(8);

/// Jobs that an order may take, at most about: copies, repetitions, claims.
const JOBS_OF_AN_ORDER: u64 = 6;

const PERIOD: Duration = Duration::from_millis(50);

const POINTS: [&str; 7] =
    ["before_commit", "after_commit", "before_answer", "print_leased", "print_begun", "print_sent", "print_reported"];

#[derive(Clone, Copy)]
enum Mishap {
    Kill,
    KillAt,
    Silence,
    PaperIsPutIn,
}

/// What the printer does with its next job.
fn act(nature: Nature, random: &mut Random) -> Act {
    let time = Duration::from_millis(500 + random.below(13_000));
    match nature {
        Nature::Pretends => random.weighted(&[(4, Act::Print), (1, Act::Pretend)]),
        Nature::Forgets => random.weighted(&[(4, Act::Print), (1, Act::HalfAnswer)]),
        Nature::Quick | Nature::Slow => {
            let pretend = if nature == Nature::Slow { 3 } else { 0 };
            random.weighted(&[
                (170, Act::Print),
                (6, Act::Jam),
                (4, Act::PaperOut),
                (4, Act::Refuse),
                (5, Act::HalfAnswer),
                (4, Act::HalfAnswerAndLost),
                (1, Act::FallSilent(time)),
                (2, Act::LosePower(time)),
                (pretend, Act::Pretend),
            ])
        }
    }
}

/// Lets things happen while there are customers. The server that runs then.
pub fn happen(booth: &Booth, orders: u64, random: &mut Random, goes_on: impl Fn() -> bool) -> Server {
    let acts: Vec<Act> = (0..orders * JOBS_OF_AN_ORDER).map(|_| act(booth.nature, random)).collect();
    booth.printer.will(acts);
    let mut server = booth.start(None);
    while goes_on() {
        wait(Duration::from_millis(500 + random.below(8_000)), || !goes_on());
        let choices = [(6, Mishap::Kill), (4, Mishap::KillAt), (1, Mishap::Silence), (8, Mishap::PaperIsPutIn)];
        match random.weighted(&choices) {
            Mishap::Kill if !booth.nature.is_a_lie() => {
                server = again(booth, server, None);
                booth.count("Kills: at a random instant");
            }
            Mishap::KillAt if !booth.nature.is_a_lie() => {
                let point = random.one_of(&POINTS);
                server = again(booth, server, Some(&format!("{point}:{}", 1 + random.below(3))));
                wait(POINT_PATIENCE, || server.has_ended());
                booth.count(if server.has_ended() { died_at(point) } else { "Kills: at a random instant" });
                server = again(booth, server, None);
            }
            Mishap::Silence if !booth.nature.is_a_lie() => {
                booth.printer.is_silent_for(Duration::from_millis(500 + random.below(14_000)));
                booth.count("The printer was out of reach");
            }
            Mishap::PaperIsPutIn => booth.printer.is_refilled(),
            Mishap::Kill | Mishap::KillAt | Mishap::Silence => {}
        }
    }
    if server.has_ended() { again(booth, server, None) } else { server }
}

fn died_at(point: &str) -> &'static str {
    match point {
        "before_commit" => "Kills: before_commit",
        "after_commit" => "Kills: after_commit",
        "before_answer" => "Kills: before_answer",
        "print_leased" => "Kills: print_leased",
        "print_begun" => "Kills: print_begun",
        "print_sent" => "Kills: print_sent",
        _ => "Kills: print_reported",
    }
}

/// SIGKILL, and the next start.
fn again(booth: &Booth, server: Server, dies_at: Option<&str>) -> Server {
    drop(server);
    booth.start(dies_at)
}

/// Waits so long, or until something is so.
fn wait(time: Duration, mut until: impl FnMut() -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < time && !until() {
        thread::sleep(PERIOD);
    }
}
