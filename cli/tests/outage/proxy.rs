//! A line between a server and PostgreSQL that can be made bad: a TCP proxy, a thread for each direction of a connection.

use boothpay_test_support::own_port;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two looks for a new connection.
const ACCEPT_PERIOD: Duration = Duration::from_millis(2);

/// How a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Good,
    /// New connections are refused.
    Refusing,
    /// Every byte waits so long, in each direction.
    Slow(Duration),
    /// Connections are taken and nothing is passed on, until the line is another.
    Frozen,
    /// The answer to a commit that has taken place breaks off in the middle.
    CuttingCommits,
}

/// The line. Everything ends when it is dropped.
pub struct Proxy {
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
    pub address: SocketAddr,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    commits_cut: AtomicU64,
}

struct State {
    line: Line,
    is_over: bool,
    connections: Vec<Connection>,
}

struct Connection {
    ends: [TcpStream; 2],
    /// Open, and nothing is passed on any more.
    is_forgotten: Arc<AtomicBool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Asks,
    Answers,
}

impl Proxy {
    /// A good line to `target`.
    pub fn to(target: SocketAddr) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, own_port()));
        let listener = TcpListener::bind(address).unwrap();
        let state = State { line: Line::Good, is_over: false, connections: Vec::new() };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), commits_cut: AtomicU64::new(0) });
        let accepting = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.accept(listener, address, target))
        };
        Self { shared, accepting: Some(accepting), address }
    }

    /// Makes the line good or bad from now on.
    pub fn set(&self, line: Line) {
        self.shared.state().line = line;
        self.shared.changed.notify_all();
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        for connection in self.shared.state().connections.drain(..) {
            close(&connection.ends);
        }
    }

    /// Goes on with new connections as if nothing were; the old ones stay open and silent for ever, as after the restart
    /// of a router that knew them.
    pub fn forget(&self) {
        for connection in &self.shared.state().connections {
            connection.is_forgotten.store(true, Ordering::SeqCst);
        }
    }

    /// Answers to commits that were cut.
    pub fn commits_cut(&self) -> u64 {
        self.shared.commits_cut.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        self.cut();
        if let Some(accepting) = self.accepting.take() {
            // What went wrong there has failed the test already.
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn accept(self: Arc<Self>, listener: TcpListener, address: SocketAddr, target: SocketAddr) {
        let mut listening = Some(listener);
        loop {
            let (line, is_over) = {
                let state = self.state();
                (state.line, state.is_over)
            };
            if is_over {
                return;
            }
            if line == Line::Refusing {
                listening = None;
            } else if listening.is_none() {
                listening = TcpListener::bind(address).ok();
            }
            if let Some(listener) = &listening {
                listener.set_nonblocking(true).unwrap();
                match listener.accept() {
                    Ok((near, _)) => self.connect(near, target),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                }
            }
            std::thread::sleep(ACCEPT_PERIOD);
        }
    }

    fn connect(self: &Arc<Self>, near: TcpStream, target: SocketAddr) {
        near.set_nonblocking(false).unwrap();
        // The database may be away; then the line is closed at once.
        let Ok(far) = TcpStream::connect(target) else { return };
        let ends = [near, far];
        let is_forgotten = Arc::new(AtomicBool::new(false));
        for (from, to, direction) in [(0, 1, Direction::Asks), (1, 0, Direction::Answers)] {
            ends[to].set_nodelay(true).unwrap();
            let (from, to) = (ends[from].try_clone().unwrap(), ends[to].try_clone().unwrap());
            let (shared, is_forgotten) = (Arc::clone(self), Arc::clone(&is_forgotten));
            std::thread::spawn(move || shared.pass(from, to, direction, &is_forgotten));
        }
        self.state().connections.push(Connection { ends, is_forgotten });
    }

    /// Passes on what comes from one end, as the line is, until an end is closed.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream, direction: Direction, is_forgotten: &AtomicBool) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = from.read(&mut buffer).unwrap_or(0);
            let state = self.state();
            let state = self.changed.wait_while(state, |state| state.line == Line::Frozen && !state.is_over).unwrap();
            let line = state.line;
            drop(state);
            if is_forgotten.load(Ordering::SeqCst) {
                // Not even that the other end has closed is passed on.
                return;
            }
            if let Line::Slow(delay) = line {
                std::thread::sleep(delay);
            }
            let bytes = &buffer[..read];
            let commit = (line == Line::CuttingCommits && direction == Direction::Answers).then(|| in_commit(bytes));
            let cut = commit.flatten();
            if read == 0 || to.write_all(&bytes[..cut.unwrap_or(read)]).is_err() || cut.is_some() {
                if cut.is_some() {
                    self.commits_cut.fetch_add(1, Ordering::SeqCst);
                }
                return close(&[from, to]);
            }
        }
    }
}

/// The middle of the message that says that a commit has taken place, if it is there.
fn in_commit(bytes: &[u8]) -> Option<usize> {
    bytes.windows(7).position(|window| window == b"COMMIT\0").map(|start| start + 3)
}

fn close(ends: &[TcpStream; 2]) {
    for end in ends {
        // It may be closed already.
        let _ = end.shutdown(Shutdown::Both);
    }
}
