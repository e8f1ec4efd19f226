//! What the tests start does not outlive them: this program starts itself as such a test program, ends that in the hardest
//! ways, and looks for what is left.

use boothpay_test_support::{Cluster, mortal};
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Says which part of a test program to play.
const ROLE: &str = "ORPHANS_ROLE";

/// How long the system may take to clear up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long all of it may take, PostgreSQL's making of clusters included. Whatever is waited for then will not come.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(600);

fn main() {
    std::thread::spawn(|| {
        std::thread::sleep(PATIENCE_IN_ALL);
        eprintln!("orphans: still waiting after {PATIENCE_IN_ALL:?}");
        std::process::exit(1);
    });
    match std::env::var(ROLE).as_deref() {
        Ok("child") => have_a_child(),
        Ok("cluster") => have_a_cluster(),
        _ if !cfg!(target_os = "linux") => println!("NOT TESTED here: only Linux ends children with their parent"),
        _ => {
            nothing_is_left("child", "-KILL");
            nothing_is_left("cluster", "-KILL");
            // As from the keyboard: everybody in the group gets it.
            nothing_is_left("cluster", "-INT");
            nothing_is_left("cluster", "-TERM");
            a_child_ends_with_the_thread_that_started_it();
        }
    }
}

fn have_a_child() {
    let mut child = mortal("sh").args(["-c", "echo started; exec sleep 600"]).stdout(Stdio::piped()).spawn().unwrap();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    say(&format!("/proc/{}", child.id()));
    child.wait().unwrap();
}

fn have_a_cluster() {
    let cluster = Cluster::start();
    let data = cluster.folder().join("data");
    let postmaster = std::fs::read_to_string(data.join("postmaster.pid")).unwrap();
    say(&format!("/proc/{} {}", postmaster.lines().next().unwrap(), cluster.folder().display()));
    std::thread::park();
}

/// Tells what has to vanish, apart by blanks.
fn say(traces: &str) {
    println!("traces: {traces}");
    std::io::stdout().flush().unwrap();
}

/// A test program in a process group of its own, killed when dropped.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn nothing_is_left(role: &str, signal: &str) {
    // In the background of a shell, and under nohup, SIGINT or SIGHUP is ignored, and a child inherits that.
    let mut command = Command::new("env");
    command.arg("--default-signal").arg(std::env::current_exe().unwrap());
    command.env(ROLE, role).process_group(0).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut program = Group(command.spawn().unwrap());
    let lines = BufReader::new(program.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let traces = lines.into_iter().find_map(|line| line.strip_prefix("traces: ").map(str::to_owned)).unwrap();
    let traces: Vec<&Path> = traces.split(' ').map(Path::new).collect();
    assert!(traces.iter().all(|trace| trace.exists()), "{traces:?}");

    // A kill meets the test program alone, the others everybody who has not left its group.
    let whom = if signal == "-KILL" { program.0.id().to_string() } else { format!("-{}", program.0.id()) };
    assert!(Command::new("kill").args([signal, "--", &whom]).status().unwrap().success());
    let sent = Instant::now();
    while program.0.try_wait().unwrap().is_none() {
        assert!(sent.elapsed() < PATIENCE, "{role}: the test program does not end by {signal}");
        std::thread::sleep(Duration::from_millis(10));
    }
    let ended = Instant::now();
    while traces.iter().any(|trace| trace.exists()) {
        assert!(ended.elapsed() < PATIENCE, "{role}, {signal}: {traces:?} are left");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn a_child_ends_with_the_thread_that_started_it() {
    let start = || {
        let mut child =
            mortal("sh").args(["-c", "echo started; exec sleep 600"]).stdout(Stdio::piped()).spawn().unwrap();
        // From its first word on it is bound to this thread.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        child
    };
    let status = std::thread::spawn(start).join().unwrap().wait().unwrap();
    assert_eq!(status.code(), None, "it was killed: {status}");
}
