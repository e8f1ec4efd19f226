//! A receiver of messages that does as it is told: what to answer to each, or to say nothing at all.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How long a test waits for a message before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done with a message.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status, and more lines of the head.
    Status(u16, &'static str),
    /// Nothing, and the connection stays.
    Silence,
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {}", self.head))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Ends when it is dropped, with its connections.
pub struct Receiver {
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// Answers the first messages as listed, and all after those as the last.
    pub async fn start(answers: &[Answer]) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), answers).await
    }

    /// The same at an address that was somebody's before.
    pub async fn at(address: SocketAddr, answers: &[Answer]) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = mpsc::unbounded_channel();
        let mut answers: VecDeque<Answer> = answers.iter().cloned().collect();
        let mut next = move || match answers.len() {
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap(),
        };
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((line, _)) = listener.accept().await {
                connections.spawn(serve(line, next(), sender.clone()));
            }
        });
        Self { address, received, _serving: serving }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?from=booth", self.address)
    }

    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.received.recv()).await.expect("no message came").unwrap()
    }

    /// What has come and was not looked at yet.
    pub fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }
}

/// One message on one connection.
pub async fn serve(
    mut line: impl AsyncRead + AsyncWrite + Unpin,
    answer: Answer,
    sender: mpsc::UnboundedSender<Received>,
) {
    let Some(received) = read(&mut line).await else { return };
    let _ = sender.send(received);
    match answer {
        Answer::Status(status, more) => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n{more}\r\n");
            let _ = line.write_all(head.as_bytes()).await;
            let _ = line.shutdown().await;
        }
        Answer::Silence => {
            let mut end = [0];
            let _ = line.read(&mut end).await;
        }
    }
}

async fn read(line: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if line.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let pair =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        let headers: BTreeMap<String, String> = head.lines().skip(1).filter_map(pair).collect();
        if headers.get("content-length")?.parse() == Ok(body.len()) {
            return Some(Received { head: head.to_owned(), body: body.to_owned(), headers });
        }
    }
}
